/// What can happen, as rules of the grammar that ``GrammarParser`` reads.
enum StoryPlots {}

extension StoryPlots {
  /// Something is lost, traded, quarreled over or broken.
  static let toys = """
    @lost hero:child friend:child trait:trait toy:toy spot:spot day:day giver:kin parent:parent

    %spot where act ground
    under the old bench|sat down to rest|park
    in the tall grass|rolled down the slope|meadow
    behind the big rock|played hide-and-seek|beach
    beside the wooden bridge|stopped to watch the ducks|park
    next to the gate|fed the goats|farm
    between the roots of the oak tree|climbed the oak tree|forest
    inside the hollow log|crawled through the hollow log|forest
    under the swing|played on the swings|playground
    at the foot of the slide|raced down the slide|playground
    near the fountain|stopped to drink some water|market
    among the ferns|looked for mushrooms|forest
    behind the boat house|threw stones into the water|lake

    :lost
    <begin> <lost.toy> / <lost.day> <lost.play> <lost.gone> <sad> / <lost.ask> / <lost.think> / <lost.found> \
    <lost.joy> <lost.end>
    <begin> <lost.toy> <lost.day> <lost.play> / <lost.gone> <sad> <lost.ask> / <lost.think> / <lost.found> \
    <lost.joy> / <lost.end> <sleep>
    <begin> <lost.toy> / <lost.day> <lost.play> / <lost.gone> <lost.ask> / <lost.think> / <lost.found> \
    <glad> <lost.end>

    :lost.toy
    {He} had {a full toy}, and {he} took it everywhere {he} went.
    {His} favorite thing in the whole world was {a full toy}.
    For {his} birthday, {giver} had given {him} {a full toy}, and {hero} loved it from the first day.
    Of all {his} toys, {he} loved {a full toy} the most, because it was a gift from {giver}.
    {Giver} had once found {a full toy} in the attic. Now it belonged to {hero}, who played with it every day.
    {He} had only one toy, {a full toy}, but {he} would not have traded it for a hundred others.
    When {he} was very small, {giver} gave {him} {a full toy}. Since then, {he} had never gone anywhere \
    without it.

    :lost.day
    One {day}, {hero} took the {toy} to the {ground spot}. {His} friend {friend} came along.
    On {a day}, {hero} and {his} friend {friend} went to the {ground spot}. Of course, {hero} brought the \
    {toy}.
    One {day}, {friend} knocked on {hero}'s door. "Let's go to the {ground spot}!" {he friend} said. So \
    {hero} put the {toy} in {his} bag, and off they went.
    It was {a day}. {Hero} and {his} friend {friend} walked to the {ground spot}, and the {toy} came along \
    in {hero}'s bag.

    :lost.play
    They played and laughed and {act spot}, and the time went by very fast.
    First they {act spot}, and then they [ate some bread and cheese|told each other funny stories|sang songs].
    All {time day} they had fun. They even {act spot}.
    They pretended to be [pirates|knights|explorers], and later they {act spot}. Nobody looked at the clock.
    {Friend} knew many games. The best part was when they {act spot}.

    :lost.gone
    But when it was time to go home, {hero} looked into {his} bag. The {toy} was gone!
    Then {hero} stopped. The {toy} was not in {his} bag, and it was not in {his} hands. It was gone.
    On the way home, {hero} wanted to look at the {toy}, but {he} could not find it anywhere.
    When they wanted to leave, {hero} looked around. "My {toy} is gone!" {he} cried.
    When the bells rang for dinner, {he} reached for the {toy}. {His} hand found nothing.

    :lost.ask
    "I have lost my {toy}," said {hero}. "What [should|can] I do?" / "[Don't cry|Don't worry|Don't be sad]," \
    said {friend}. "We will look for it together."
    "Oh no, where is my {toy}?" {hero} asked. / {Friend} put an arm around {him}. "We can look for it \
    together," {he friend} said.
    {Friend} saw that something was wrong. "What happened?" {he friend} asked. / "I can't find my {toy}!" \
    said {hero}. / "Then I will help you," said {friend}.
    {Hero} turned {his} bag upside down, but only crumbs fell out. / "Is your {toy} gone?" asked {friend}. \
    "Then we will go and find it."

    :lost.think
    "When did you see it last?" asked {friend}. / {Hero} thought hard. "I had it when we {act spot}," {he} \
    said.
    {Hero} closed {his} eyes and tried to remember. "I think I still had it before we {act spot}," {he} said.
    "Think," said {friend}. "Did you have it when we {act spot}?" / "Yes," said {hero}, "but not after that."
    "Let us think about what we did today," said {friend}. / "We {act spot}," said {hero} slowly. "Maybe it \
    fell out then."

    :lost.found
    So they went back [to that place|and searched]. And there it was! The {toy} lay {where spot}.
    They hurried all the way back. {Friend} looked {where spot}, and there was the {full toy}!
    They walked back step by step and looked everywhere. At last {hero} saw something {where spot}. It was \
    the {toy}!
    They looked to the left and to the right. "Here it is!" called {friend}. The {toy} was {where spot}, \
    just where it had fallen.

    :lost.joy
    {Hero} picked up the {toy} and held it tight. "Thank you, {friend}!" {he} said.
    "You are the best friend in the world," {hero} told {friend}, and held the {toy} close.
    {Hero} was so glad that {he} let {friend} play with the {toy} all the way home.
    {Hero} wiped the dirt off the {toy} and laughed with relief. "What would I do without you, {friend}?" \
    {he} said.

    :lost.end
    From that day on, {hero} always looked after the {toy}, and {friend} was {his} best friend.
    After that, {hero} always checked {his} bag before {he} went home.
    {Hero} had learned that [a good friend is worth more than any toy|it helps to stop and think].
    Two friends can find what one friend has lost.
    That evening, {he} told {parent} that {friend} was the best finder in the world.

    @trade hero:child friend:child trait:trait toy:toy other:toy day:day giver:kin parent:parent

    :trade
    <begin> <trade.own> / <trade.see> / <trade.offer> / <trade.play> <trade.miss> / <trade.back> <trade.end>
    <begin> <trade.own> <trade.see> / <trade.offer> / <trade.play> / <trade.miss> <trade.back> / <trade.end> \
    <sleep>
    <begin> <trade.own> / <trade.see> <pause> / <trade.offer> / <trade.play> <trade.miss> <sad> / \
    <trade.back> <trade.end>

    :trade.own
    {He} had {a full toy}, which {giver} had given {him}, but {he} had played with it so often that it \
    seemed boring.
    {Giver} had given {him} {a full toy}. {Hero} had liked it at first, but now {he} wanted something new.
    On {his} shelf stood {a full toy}. It was from {giver}, but {hero} hardly looked at it anymore.

    :trade.see
    One {day}, {he} saw {friend} with {a full other}. {Hero} had never seen such a fine {other}.
    One {day}, {friend} came to visit and brought {a full other}. {Hero} could not take {his} eyes off it.
    One {day}, {he} met {friend}, who was playing with {a full other}. How {hero} wished that the {other} \
    were {his} own!

    :trade.offer
    "Will you trade?" asked {hero}. "You can have my {toy}, and I will take your {other}." / {Friend} \
    [thought about it|turned the {toy} around in {his friend} hands]. "All right," {he friend} said. "It is \
    a trade."
    "I like your {other}," said {hero}. "Would you give it to me for my {toy}?" / "For the {toy}? Yes, \
    gladly!" said {friend}.
    {Hero} held out the {toy}. "Let's trade," {he} said. "Your {other} for my {toy}." / "Are you sure?" \
    asked {friend}. / "Quite sure," said {hero}, and so they did.

    :trade.play
    {Hero} ran home with the {other} and played with it all {time day}.
    All {time day}, {hero} played with the {other}. It was fun, because everything about it was new.
    At first, {he} thought that the {other} was the best toy in the world. {He} played with it until it was \
    time to eat.

    :trade.miss
    But in the evening, {his} shelf looked empty. {He} thought of {giver}, and {he} missed the {full toy}.
    But when {he} went to bed, {he} remembered the day when {giver} gave {him} the {toy}. Now somebody else \
    had it, and {hero} felt sorry.
    But then {giver} came to visit and asked, "Where is your {toy}?" {Hero} turned red and did not know what \
    to say.
    But at night, {he} could not sleep. The {other} was nice, but it could not tell {him} about {giver}. \
    Only the {toy} could do that.

    :trade.back
    The next morning, {hero} went to see {friend}. "I am sorry," {he} said. "I miss my {toy}. Can we trade \
    back?" / {Friend} laughed. "I am glad you ask," {he friend} said. "I missed my {other} too!"
    Early the next day, somebody knocked. It was {friend}, with the {toy} under {his friend} arm. "I want my \
    {other} back," {he friend} said shyly. / "And I want my {toy} back," said {hero}. They both laughed.
    {Hero} found {friend} on the bench in front of the house. "Are you happy with the {toy}?" asked {hero}. \
    / "It is fine," said {friend}, "but it is not my {other}." / "Then let's trade back," said {hero}, and \
    both of them were glad.

    :trade.end
    So each of them got the old toy back, and it was dearer than any new one.
    From then on, they did not trade toys anymore. They played together with the {toy} and the {other}.
    {Hero} put the {toy} back on the shelf. A thing that was given with love, {he} thought, cannot be traded.
    "New is nice," said {hero}, "but old friends are nicer." And {he} meant the {toy}, and {friend} too.

    @quarrel hero:child friend:child trait:trait toy:toy day:day parent:parent nook:hideout

    %hideout in
    in the attic; under the kitchen table; behind the shed; in the tree house; beside the stove; on the stairs

    :quarrel
    <begin> <quarrel.play> / <quarrel.fight> <quarrel.break> / <quarrel.alone> <quarrel.think> / \
    <quarrel.sorry> / <quarrel.end>
    <begin> <quarrel.play> <quarrel.fight> / <quarrel.break> <quarrel.alone> / <quarrel.think> / \
    <quarrel.sorry> <quarrel.end> <sleep>

    :quarrel.play
    One {day}, {hero} and {his} best friend {friend} found {a full toy} in an old box.
    One {day}, {friend} came to play, and they took {a full toy} out of the cupboard.
    It was {a day}, and {hero} and {friend} had nothing to do. Then they saw {a full toy} on the top shelf.

    :quarrel.fight
    "It is my turn with the {toy}!" said {hero}. / "No, it is mine!" said {friend}. They both pulled at the \
    {toy}.
    "Give me the {toy}!" cried {friend}. / "I had it first!" shouted {hero}, and neither of them let go.
    At first they took turns. But then {hero} wanted the {toy}, and {friend} wanted it too. They pulled and \
    shouted.

    :quarrel.break
    Crack! The {toy} broke in two. Now nobody could play with it.
    They pulled so hard that the {toy} flew out of their hands and broke on the floor.
    There was an ugly noise, and each of them held one half of the {toy}.

    :quarrel.alone
    "This is all because of you!" said {friend}, and {he friend} ran home. {Hero} sat {in nook} and was angry.
    {Friend} went away without a word. {Hero} sat all alone {in nook}.
    "I will never play with you again!" cried {friend}, and the door slammed. {Hero} crept away and sat {in \
    nook} for a long time.

    :quarrel.think
    But after a while, {he} was not angry anymore. {He} only felt lonely, because it was no fun to play \
    without {friend}.
    "What happened?" asked {parent}. {Hero} told {him parent} everything. "Which do you miss more," {parent} \
    asked, "the {toy} or {friend}?" {Hero} did not have to think for long.
    It was very quiet now. {Hero} looked at the broken {toy}. The worst thing was not that it was broken. \
    The worst thing was that {friend} was gone.

    :quarrel.sorry
    So {he} ran to {friend}'s house. {Friend} was just opening the door. "I am sorry," they both said at the \
    same time, and then they had to laugh.
    {He} took the broken {toy} and went to see {friend}. "I am sorry that I pulled," said {hero}. / "I am \
    sorry that I shouted," said {friend}.
    Just then there was a knock at the door. It was {friend}. "I am sorry," {he friend} said. / "No, I am \
    sorry," said {hero}. "I should have let you have it."

    :quarrel.end
    They mended the {toy} with glue and string. From then on, they took turns.
    After that, the {toy} had a crack, but their friendship had none.
    {Hero} learned that a friend is more important than being first.
    {Parent} helped them to repair the {toy}. "A toy can be glued," said {parent}, "and so can a friendship."

    @broken hero:child owner:elder trait:trait thing:fragile cause:cause day:day parent:parent friend:child

    %fragile thing place ~look
    vase|on the table; teapot|on the kitchen shelf; lamp|by the window; cup|on the table; bowl|on the shelf
    clock|over the fireplace; mirror|in the hall; plate|on the kitchen table; flower pot|on the window sill

    %cause did should
    threw a ball in the house|play ball outside
    ran through the room with a long stick|leave sticks outside
    danced on a chair|keep my feet on the floor
    jumped from the sofa|do my jumping in the garden
    flew a paper plane too fast|fly my planes in the yard
    raced around the table|do my running outside

    :broken
    <begin> <broken.visit> / <broken.crash> <broken.fear> / <broken.hide> <broken.tell> / <broken.forgive> \
    <broken.mend> <broken.end>
    <begin> <broken.visit> <broken.crash> / <broken.fear> <broken.hide> / <broken.tell> / <broken.forgive> / \
    <broken.mend> <broken.end> <sleep>
    <begin> <broken.visit> / <broken.crash> <broken.fear> <sad> / <broken.hide> / <broken.tell> <pause> / \
    <broken.forgive> <broken.mend> <broken.end>

    :broken.visit
    One {day}, {hero} was at {owner}'s house. There was {a full thing} {place thing}, and {owner} loved it \
    very much.
    One {day}, {hero} went to visit {owner}. {Owner} had {a full thing}, which stood {place thing}.
    {Hero} often played at {owner}'s house. The most beautiful thing there was {a full thing} {place thing}.

    :broken.crash
    While {owner} was in the garden, {hero} {did cause}. Crash! The {thing} fell down and broke into pieces.
    {Owner} went out to feed the hens. {Hero} was alone, so {he} {did cause}. There was a loud crash, and \
    the {thing} lay on the floor in pieces.
    {Owner} said, "I will be back soon." But while {he owner} was away, {hero} {did cause}. The {thing} \
    fell, and crash, it was in pieces!

    :broken.fear
    {Hero} stood very still. {His} heart beat fast. "{Owner} will be so angry," {he} thought.
    "Oh no!" whispered {hero}. {He} was afraid of what {owner} would say.
    {His} face turned white. {He} looked at the pieces and wished that {he} could turn back the clock.

    :broken.hide
    {He} pushed the pieces under the rug, but then {he} felt even worse.
    {He} thought about telling a lie. {He} could say that the cat did it. But {he} knew that this was not \
    right.
    First {he} wanted to run home. But {he} could not forget the broken {thing}.
    Nobody had seen it. {He} could just go home and say nothing. {Hero} walked to the door, and then {he} \
    stopped.

    :broken.tell
    When {owner} came back, {hero} said, "I {did cause}, and I broke your {thing}. I am very sorry."
    At last {hero} went to find {owner}. "I broke your {thing}," {he} said in a small voice. "It happened \
    when I {did cause}. I am sorry."
    {Hero} waited at the door with a heavy heart. "It was me," {he} said as soon as {owner} came in. "I {did \
    cause}, and then the {thing} fell."

    :broken.forgive
    {Owner} looked at the pieces for a long time. Then {he owner} said, "I am sad about the {thing}. But I \
    am glad that you told me the truth."
    "Thank you for telling me," said {owner}. "That was brave. A {thing} can be mended, but a lie is hard to \
    mend."
    {Owner} was quiet. Then {he owner} took {hero}'s hand. "You told the truth," {he owner} said, "and that \
    matters more to me than {a thing}."
    "I knew it when I heard the crash," said {owner}, "and I hoped that you would tell me. I am glad that \
    you did."

    :broken.mend
    Together they found the glue and put the {thing} back together, piece by piece.
    They worked all {time day} with glue and a brush, until the {full thing} stood {place thing} again.
    {Hero} helped to glue the {thing}. It had a few cracks now, but {owner} liked it even more.
    "We will fix it," said {owner}. {Hero} looked for the pieces, {owner} held the glue, and soon the \
    {thing} was whole again.

    :broken.end
    "Next time, I will {should cause}," said {hero}, and {he} kept {his} word.
    {Hero} learned that telling the truth makes the heart light.
    And whenever {hero} saw the {thing}, {he} remembered to be careful and to be honest.
    On the way home, {hero} felt light, because {he} had nothing to hide.
    """
}
