extension StoryPlots {
  /// Somebody shares, helps, gives coins away or makes a present.
  static let gifts = """
    @share hero:child friend:child trait:trait dish:dish day:day giver:kin parent:parent toy:toy

    :share
    <begin> <share.food> / <share.meet> / <share.doubt> <share.give> / <share.eat> <share.later> <share.end>
    <begin> <share.food> <share.meet> / <share.doubt> / <share.give> <share.eat> / <share.later> / <share.end>
    <begin> <share.food> / <share.meet> / <pause> <share.doubt> <share.give> / <share.eat> / <share.later> \
    <glad>

    :share.food
    One {day}, {giver} gave {him} {a dish}. "It is just for you," {giver} said.
    One {day}, {hero} had {a dish} in {his} bag. {He} could hardly wait to eat it.
    On {a day}, {hero} helped {giver} in the kitchen. Because {he} had worked so hard, {giver} gave {him} {a \
    dish}.
    {Giver} had baked and cooked since early in the morning. When {hero} came to visit, {giver} put {a dish} \
    into {his} hands.
    One {day}, {hero} won {a dish} in a game at the fair. {He} carried it home with great care.

    :share.meet
    On the way to the park, {he} met {friend}, who was sitting on a wall and looked sad. / "What is the \
    matter?" asked {hero}. / "I am so hungry," said {friend}. "I [forgot my lunch on the kitchen \
    table|dropped my lunch in the mud|gave my lunch to a hungry dog|lost my lunch bag on the way]."
    {Hero} sat down under a tree. Just then {friend} came by, and {his friend} stomach made a loud noise. / \
    "Are you hungry?" asked {hero}. / "Yes," said {friend}. "I [left home too early|had no breakfast \
    today|dropped my sandwich into the river]."
    At the bridge, {he} found {friend}, who looked pale and tired. / "Are you all right?" asked {hero}. / "I \
    have not eaten since yesterday," said {friend}, "because I [gave my food to the birds|lost my purse|had \
    to leave home in a hurry]."

    :share.doubt
    {Hero} looked at the {dish}. It smelled so good, and there was only one. But then {he} looked at \
    {friend}, who was hungry.
    At first, {hero} wanted to keep the {dish}. "If I share it, there will be less for me," {he} thought. \
    But {he} did not like to see {his} friend hungry.
    {Hero} held the {dish} close. Then {he} remembered how it felt to be hungry.
    The {dish} was small. It was just enough for one. {Hero} looked at it, then at {friend}, and then at it \
    again.

    :share.give
    "Here," {he} said, and {he} gave {friend} {part dish}. "[It tastes better together|Now we can both eat]."
    So {hero} gave {friend} {part dish}. "[This is for you|Please take it]," {he} said with a smile.
    "Let's share it," said {hero}, and {friend} got {part dish}.
    {Hero} sat down next to {friend}. "I can't enjoy it while you are hungry," {he} said, and {he} handed \
    over {part dish}.

    :share.eat
    They sat in the sun and ate. "This is the best thing I have ever tasted," said {friend}.
    {Friend}'s face lit up. "Thank you!" {he friend} said. "You are very kind." They ate together, and soon \
    nobody was hungry anymore.
    They ate slowly and talked about [birds|ships|the sea|the moon]. It tasted better than ever.
    They ate in silence, because it was so good. After the last bite, {friend} sighed happily and said, "You \
    saved my day."

    :share.later
    A week later, it was {hero} who had nothing to eat. {Friend} came at once and opened {his friend} bag. \
    "You shared your {dish} with me," {he friend} said, "so now I will share with you."
    The next day, {friend} came to {hero}'s house with {a full toy}. "You shared with me," {he friend} said, \
    "and now I want to share with you." They took turns with the {toy} until dark.
    Some days later, {friend} brought a basket of [pears|plums|berries] from {his friend} garden. "Because \
    you shared your {dish} with me," {he friend} said.
    In winter, {hero} lost {his} gloves, and {his} fingers were cold. {Friend} pulled off one of {his \
    friend} own gloves. "You gave me {part dish}," {he friend} said. "Now one glove is for you and one is \
    for me."

    :share.end
    {Hero} learned that when you share, you get something back: a friend.
    From then on, {hero} and {friend} shared everything, [big or small|sweet or sour].
    And {hero} thought, "Half of the {dish} and a friend is much better than a whole one alone."
    <glad>
    What you give away with a happy heart comes back to you.

    @help hero:child elder:neighbor trait:trait chore:chore day:day parent:parent friend:child

    %chore do why did gift
    pick the apples before the frost comes|I am too old to climb the ladder|picked every apple|a jar of \
    apple jam
    carry the wood into the shed before it rains|my back hurts|carried all the wood|a cup of hot cocoa
    sweep the leaves from the path|my broom has become too heavy for me|swept up all the leaves|a bag of nuts
    feed the hens and the geese|my knee is sore|fed all the birds|six brown eggs
    paint the old fence|my hands shake too much|painted the whole fence|a little pot of blue paint
    find my glasses|I can't see a thing without them|found the glasses under a cushion|a story about the sea
    wash all the windows|my arms are weak|washed every window|a glass ball that made rainbows
    water the tomatoes|my watering can is too heavy|watered every plant|a basket of ripe tomatoes
    dig up the potatoes|the ground is too hard for me|dug up all the potatoes|a bowl of potato soup
    bring the letters to the post office|I have hurt my foot|took all the letters to town|a stamp with a \
    lion on it
    clean the cellar|I am afraid of spiders|cleaned every corner of the cellar|an old brass lamp
    catch my goat|it runs much faster than I do|caught the goat with a carrot|a piece of goat cheese

    :help
    <begin> <help.see> / <help.problem> / <help.offer> <help.work> <help.done> / <help.gift> <help.end>
    <begin> <help.see> <help.problem> / <help.offer> / <help.work> <help.done> / <help.gift> / <help.end> \
    <sleep>
    <begin> <help.see> / <help.problem> / <help.offer> / <help.friend> <help.work> / <help.done> <help.gift> \
    / <help.end>

    :help.see
    One {day}, {he} walked past the house of {elder}, who stood at the gate and sighed.
    One {day}, {he} saw {his} neighbor {elder} sitting on the steps with a sad face.
    Next door lived {elder}. One {day}, {hero} heard {him elder} [sigh|groan] behind the hedge.
    On {a day}, {hero} was on {his} way to the playground when {he} saw {elder} at the window, looking \
    worried.

    :help.problem
    "Good {time day}, {elder}," said {hero}. "What is wrong?" / "I have to {do chore}," said {elder}, "but \
    {why chore}."
    "Can I help you?" asked {hero}. / "Oh, {hero}," said {elder}. "I want to {do chore}, but {why chore}."
    "Is something wrong?" {hero} asked [politely|kindly|softly]. / {Elder} nodded. "Somebody must {do \
    chore}," {he elder} said, "and {why chore}."
    "You look tired, {elder}," said {hero}. / "I am," said {elder}. "It is time to {do chore}, but {why \
    chore}. What should I do?"

    :help.offer
    "I can do that for you!" said {hero}.
    {Hero} had wanted to go and play, but {he} said, "Let me do it. I am young and strong."
    "Then sit down and rest," said {hero}. "I will do it."
    "That is no problem," said {hero}. "I have time, and I have two strong hands."

    :help.friend
    Just then {friend} came along the road. "What are you doing?" {he friend} asked. When {hero} told {him \
    friend}, {friend} wanted to help too.
    {Hero} called {his} friend {friend}, because two can work faster than one.
    On the other side of the road, {friend} was jumping rope. "Will you help me?" called {hero}. "Of \
    course!" said {friend}.

    :help.work
    It was hard work. {Hero} got hot and tired, but {he} did not stop.
    {He} rolled up {his} sleeves and began. From time to time {he} had to rest, but {he} never gave up.
    At first {he} was slow, but soon {he} found out how to do it well, and {he} even whistled a song.
    The sun climbed higher, and there was still so much to do. {Hero} drank some water and went on.

    :help.done
    By the end of the day, {hero} had {did chore}.
    After two hours, {he} had {did chore}. "Look, it is done!" {he} called.
    When the church bell rang, {he} had {did chore}.
    The shadows were already long when {hero} was finished. {He} had {did chore}!

    :help.gift
    "How can I thank you?" said {elder}, and {he elder} gave {him} {gift chore}.
    {Elder} was so pleased that {he elder} clapped {his elder} hands. "You have been such a help, so this is \
    for you," {he elder} said. It was {gift chore}.
    "Come in," said {elder}. "I have something for you." And {he elder} gave {hero} {gift chore}.
    {Elder} looked at everything and nodded. "Nobody could have done it better," {he elder} said, and {hero} \
    got {gift chore}.

    :help.end
    {Hero} walked home and felt taller than before.
    After that, {hero} visited {elder} every week, and they became good friends.
    "Helping is fun," {hero} told {parent} at dinner. "I will go back tomorrow."
    {Hero} had learned that a kind deed makes two people happy.
    When {parent} asked why {he} was smiling, {hero} said, "Because {elder} was smiling too."

    @coins hero:child seller:neighbor trait:trait sum:sum ware:ware day:day parent:parent poor:child

    %sum all price rest
    five|two|three; six|two|four; seven|three|four; eight|three|five; nine|four|five; ten|six|four

    %ware item plural ~tint
    ribbon|ribbons; kite|kites; hat|hats; basket|baskets; bell|bells; scarf|scarves; cup|cups; \
    lantern|lanterns

    %tint word
    red; blue; green; yellow; orange; purple; white; golden; striped; shiny

    :coins
    <begin> <coins.earn> / <coins.market> / <coins.pay> / <coins.meet> / <coins.give> <coins.home> <coins.end>
    <begin> <coins.earn> <coins.market> / <coins.pay> <coins.meet> / <coins.give> / <coins.home> <coins.end>
    <begin> <coins.earn> / <coins.market> / <coins.pay> / <coins.meet> / <pause> <coins.give> / <coins.home> \
    <glad>

    :coins.earn
    {He} had saved {all sum} coins, because {he} wanted to buy a present for {parent}.
    {Parent}'s birthday was near, and {hero} had {all sum} coins in a tin box.
    {He} had worked in the garden all week and got {all sum} coins. "I will buy a present for {parent}," \
    {he} thought.
    All summer, {hero} had picked berries and sold them. Now there were {all sum} coins in {his} pocket.

    :coins.market
    One {day}, {he} took the {all sum} coins and walked to the market. There {seller} sold [many|all kinds \
    of] {plural ware}, and {hero} liked {a full ware} best of all. / "How much does it cost?" {he} asked. / \
    "{Price sum} coins," said {seller}.
    One {day}, {he} put the {all sum} coins in {his} pocket and went to the market, where {seller} sold \
    {plural ware}. / "I would like the {full ware}, please," said {hero}. "How much is it?" / "{Price sum} \
    coins," answered {seller}.
    One {day}, {hero} stood in front of {seller}'s little shop. In the window hung {a full ware}. / "I have \
    {all sum} coins," said {hero}. "Is that enough?" / "More than enough," said {seller}. "The {ware} costs \
    {price sum} coins."

    :coins.pay
    {Hero} counted slowly and paid {price sum} coins. Now {he} had the {ware} and {rest sum} coins left.
    So {hero} gave {seller} {price sum} coins and put the other {rest sum} back in {his} pocket.
    {Hero} put {price sum} coins on the table, one after the other. {Rest sum} coins were left.
    That was a good price. {Hero} paid {price sum} coins, took the {ware}, and still had {rest sum} coins.

    :coins.meet
    On the way home, {he} saw a {girl poor} who was crying. It was {poor}. / "What happened?" asked {hero}. \
    / "I lost the money for the bread," said {poor}. "It was {rest sum} coins, and now I am afraid to go \
    home."
    At the corner stood {poor}, who looked into an empty purse. / "Why are you sad?" asked {hero}. / "There \
    is a hole in my purse," said {poor}. "I had {rest sum} coins for milk, and they fell out somewhere."
    Near the well sat {poor} with a sad face. / "Can I help you?" asked {hero}. / "Only if you have {rest \
    sum} coins," said {poor}. "That is what the medicine for my cat costs."

    :coins.give
    {Hero} had wanted to keep the {rest sum} coins. But {he} thought of {poor}'s empty hands. "Take these," \
    {he} said. {Poor} counted them. "{Rest sum} coins!" {he poor} cried. "Thank you, {hero}!"
    {Hero} put a hand in {his} pocket and took out the {rest sum} coins. "You need them more than I do," \
    {he} said. {Poor} smiled through {his poor} tears.
    {Hero} thought about all the things that {he} could buy. Then {he} gave the {rest sum} coins to {poor}. \
    "{Rest sum} coins, just like that?" asked {poor}. "I will never forget it!"

    :coins.home
    When {hero} came home, {his} pocket was empty, but {he} had the {full ware} for {parent}. "How lovely!" \
    said {parent}.
    At home, {he} gave {parent} the {ware} and told {him parent} about {poor}. "The {ware} is a fine \
    present," said {parent}, "but what you did is an even better one."
    "Did you spend all your coins?" asked {parent}. {Hero} told {him parent} about {poor}. Then {he} took \
    out the {full ware}, and {parent} had tears in {his parent} eyes.

    :coins.end
    {Hero} had no coins left, and yet {he} felt rich.
    The next day, {poor} brought a loaf of fresh bread, and they ate it together.
    <glad>
    And {poor} became {his} friend, which is worth more than all the coins in the world.

    @gift hero:child parent:parent trait:trait present:present giver:kin day:day friend:child

    %present thing from way trouble fix
    necklace|shells from the beach|put them on a string|the string broke|took a stronger string and began \
    again
    picture|leaves and flowers|pressed them in a heavy book|the wind blew the leaves away|closed the window \
    and picked new leaves
    candle|old bits of wax|melted them in a pot|the candle fell over|set it in a little cup of sand
    scarf|red and blue wool|knitted one row after another|the cat played with the wool|wound it up again
    cake|flour, eggs and plums|stirred them in a big bowl|the cake came out burned on one side|cut off the \
    black part and covered the cake with cream
    bird feeder|an old box and some sticks|nailed them together|one side was too short|found a better piece \
    of wood
    lantern|thin yellow paper|folded it into a star|the paper tore|glued a second piece over the hole
    card|paper and pressed petals|glued them in the shape of a heart|the ink ran across the paper|turned the \
    spot into a little cloud

    :gift
    <begin> <gift.want> / <gift.poor> <gift.idea> / <gift.make> <gift.trouble> / <gift.give> <gift.end>
    <begin> <gift.want> <gift.poor> / <gift.idea> / <gift.make> / <gift.trouble> / <gift.give> <glad> \
    <gift.end>

    :gift.want
    It was the day before {parent}'s birthday, and {hero} wanted to give {him parent} something special.
    Soon it would be {parent}'s birthday. "I need a present," {hero} said to {himself}.
    Every year, {parent} made {hero}'s birthday a wonderful day. "Now it is my turn," {hero} thought, for \
    {parent}'s birthday was near.

    :gift.poor
    {He} looked into {his} money box, but it was empty. {He} could not buy anything.
    {He} went to the shop, but everything in the window cost too much. {Hero} walked home slowly.
    In {his} pocket there were only two buttons and a feather. You can't buy a present with that.

    :gift.idea
    {He} asked {giver} what to do. "The best presents are made by hand," said {giver}. "Why don't you make \
    {a present}?"
    "Why are you so quiet?" asked {giver}. When {hero} told {him giver}, {giver} smiled. "You don't need \
    money," {he giver} said. "You can make {a present} yourself."
    "I have no money for a present," {hero} told {giver}. / "Then use your hands," said {giver}. "Make {a \
    present}! I will show you how."

    :gift.make
    So {hero} got {from present}, and {he} {way present}.
    That was a good idea! {Hero} looked for {from present}. Then {he} {way present}.
    They looked in the attic, in the kitchen and in the garden, until they had {from present}. Then {hero} \
    {way present}.

    :gift.trouble
    But then {trouble present}. {Hero} wanted to cry, but {giver} said, "Try again." So {he} {fix present}.
    It almost went wrong, because {trouble present}. "Never mind," {hero} said to {himself}, and {he} {fix \
    present}.
    In the middle of the work, {trouble present}. {Hero} did not give up. {He} {fix present}.
    Soon it was almost done. But, oh dear, {trouble present}! {Hero} counted to three, and then {he} {fix \
    present}.

    :gift.give
    The next morning, {he} gave the {present} to {parent}. "Did you make this {present} yourself?" asked \
    {parent}. {Hero} nodded.
    On {parent}'s birthday, there were many presents. But when {parent} saw the {present}, {he parent} said, \
    "This is the most beautiful one."
    With a red face, {hero} held out the {present}. {Parent} looked at the {present}, then at {hero}, and \
    did not say a word for joy.

    :gift.end
    {Parent} hugged {hero} and said, "I will keep it in my heart forever."
    {Hero} learned that a present does not need money. It needs time and love.
    And everybody in the family said that they had never had such a fine {present}.
    Years later, {parent} still had the {present}.
    """
}
