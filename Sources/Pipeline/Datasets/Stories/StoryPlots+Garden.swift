extension StoryPlots {
  /// Weather, animals, plants, and things that are built outside.
  static let garden = """
    @weather hero:child friend:child plan:plan sky:sky indoor:indoor parent:parent trait:trait day:day

    %plan do bring
    have a picnic by the lake|a basket with bread and apples; fly kites on the hill|two kites and a long \
    string
    build a castle on the beach|two buckets and a spade; sleep in a tent|a tent and a warm blanket
    ride to the old mill|two bicycles; row to the little island|a map and a bottle of lemonade
    look for wild strawberries|two small baskets; catch fish in the river|a net and a bucket

    %sky saw came blew
    dark clouds came over the hills|it began to rain|The rain did not stop
    the sky turned black|a storm broke loose|The thunder was very loud
    the wind grew cold|it began to hail|The hail was as big as cherries
    the trees began to bend|a strong wind came up|The wind almost blew them away
    a gray wall came closer|thick fog covered everything|The fog was so thick that they could not see the gate
    the first drops fell|it poured|The water ran down the road like a river

    %indoor idea did best
    build a fort out of blankets and chairs|built a fort out of blankets and chairs|crawled inside with a lamp
    have a picnic on the rug|spread a cloth on the rug|ate everything, even the crumbs
    make a puppet show|made puppets out of old socks|laughed at the sock with one eye
    bake pancakes|mixed milk, eggs and flour|threw the pancakes high into the air
    draw a map of an unknown land|drew a map with a blue sea and a red dragon|hid a treasure under the sofa
    have a concert|took pots, spoons and a comb|played so loud that the cat ran away
    go on a journey with chairs|put all the chairs in a row like a train|shouted the names of far cities

    :weather
    <begin> <weather.plan> / <weather.sky> <weather.home> <weather.sad> / <weather.idea> / <weather.fun> \
    <weather.end>
    <begin> <weather.plan> <weather.sky> / <weather.home> <weather.sad> <weather.idea> / <weather.fun> / \
    <weather.end>

    :weather.plan
    One {day}, {hero} and {his} friend {friend} wanted to {do plan}. They packed {bring plan} and could \
    hardly wait.
    All week, {hero} had looked forward to Saturday, because {he} wanted to {do plan} with {friend}. They \
    took {bring plan} and set off.
    "What a day!" said {friend}. "Let us {do plan}!" {Hero} agreed. They got {bring plan}, and soon they \
    were on their way.

    :weather.sky
    But on the way, {saw sky}. Then {came sky}.
    They had just left when {saw sky}. "Look!" said {friend}, and at that moment {came sky}.
    At first the sun was shining. But after a while, {saw sky}, and before they could say a word, {came sky}.

    :weather.home
    {Blew sky}. So they turned around and ran home.
    {Blew sky}, and they had to go back.
    {Blew sky}. "Quick, back to the house!" called {hero}.

    :weather.sad
    "Now our day is ruined," said {friend}. {Hero} looked out of the window and sighed.
    "We wanted to {do plan}!" said {hero}. {He} was so disappointed that {he} kicked off {his} shoes.
    They sat by the stove with wet hair and long faces. "It is not fair," said {friend}.

    :weather.idea
    {Parent} gave them two towels. "You can't change the weather," {he parent} said, "but you can change the \
    plan. Why don't you {indoor}?"
    Then {hero} had an idea. "We can't {do plan}," {he} said, "but we can {indoor}!"
    {Parent} looked at their long faces. "Who says that you need the sun?" {he parent} asked. "You could \
    {indoor}."

    :weather.fun
    So they {did indoor}. They {best indoor}, and soon they forgot about the weather.
    They ran through the house and {did indoor}. After that, they {best indoor}.
    What fun it was! They {did indoor}, and then they {best indoor}. Outside it was wild, but inside it was \
    warm.

    :weather.end
    "This was even better than our first plan," said {friend}.
    In the evening, the sky was clear again. "Tomorrow we can {do plan}," said {hero}, "but today was \
    perfect."
    {Hero} learned that a bad day can turn into a good one when you have a friend and an idea.
    When {friend} had to go home, {he friend} asked, "Can we do this again, even when the sun shines?"

    @rescue hero:child animal:animal trait:trait helper:elder day:day parent:parent place:thicket

    %animal kind trouble help gift ~coat
    kitten|could not get down from the tree|climbed up on a ladder and carried it down|slept on {his} pillow
    duckling|had lost its mother|carried it to the pond, where a duck was calling|swam in circles to greet \
    {him}
    puppy|had a thorn in its foot|held the foot and pulled the thorn out|waited for {him} at the gate
    bird|had fallen out of its nest|lifted it in both hands and put it back|sang in front of {his} window
    hedgehog|had fallen into a deep hole|put a board into the hole so that it could walk out|came to the \
    garden every night
    lamb|was stuck in the mud|laid a rope around it and pulled|ran to {him} whenever it saw {him}
    rabbit|was caught in an old fence|bent the wire back with a stick|sat in the grass and watched {him}
    squirrel|had its tail stuck under a branch|lifted the branch with all {his} strength|left a nut on the \
    window sill
    frog|sat in a dry ditch far from the water|carried it to the pond in a wet cloth|sang all night long
    turtle|lay on its back and could not turn over|turned it over with care|came back to the same stone \
    every spring

    %coat word
    little; small brown; tiny gray; small white; little spotted; young; little black

    %thicket at
    behind the barn; near the mill; at the edge of the forest; in the park; on the way to school; beside the \
    road

    :rescue
    <begin> <rescue.hear> / <rescue.see> <rescue.talk> / <rescue.ask> <rescue.help> / <rescue.free> \
    <rescue.end>
    <begin> <rescue.hear> <rescue.see> / <rescue.talk> / <rescue.help> <rescue.free> / <rescue.end> <sleep>

    :rescue.hear
    One {day}, {he} was {at place} when {he} heard a soft cry.
    One {day}, {he} went for a walk. Suddenly something moved {at place}.
    On {a day}, {hero} was playing {at place}. Then {he} heard a sound and stopped.
    It was {a day}. {Hero} wanted to pick flowers, but {at place} {he} heard something.

    :rescue.see
    It was {a full animal}! The poor {animal} {trouble animal}.
    There {he} saw {a full animal}. It {trouble animal}, and it looked very frightened.
    {He} looked closer. It was {a full animal}, and it was in trouble: the {animal} {trouble animal}.

    :rescue.talk
    "Don't be afraid, little one," said {hero}. "I will help you."
    "You poor thing," whispered {hero}, and {he} moved slowly so that the {animal} would not be afraid.
    {Hero} knelt down. "I won't hurt you," {he} said in a soft voice.

    :rescue.ask
    {He} ran to get {helper}. "Please come," {he} said. "There is {a animal} {at place} that needs our \
    help!" They hurried back.
    First {he} asked {helper} what to do. "Be calm and gentle," said {helper}, and {he helper} came along.
    Luckily, {helper} came along. "What have you found?" {he helper} asked. / "{A animal} that needs our \
    help," said {hero}.

    :rescue.help
    {Hero} was careful. {He} {help animal}.
    It was not easy, but {hero} did not give up. {He} {help animal}.
    {His} hands shook a little, but {he} knew what to do. {He} {help animal}.

    :rescue.free
    Now the {animal} was safe. It looked at {hero} as if it wanted to say thank you.
    The {animal} shook itself and blinked. It was free again!
    "There you are," said {hero}. The {animal} looked up at {him} with bright eyes.

    :rescue.end
    After that, the {animal} often {gift animal}. {Hero} knew that they were friends.
    From then on, the {animal} {gift animal}, and {hero} was very happy about it.
    "You have a good heart," said {parent}. And the {animal} must have thought so too, for it {gift animal}.
    A week later, {he} saw the {animal} again. It {gift animal}, and {hero} knew that it had not forgotten \
    {him}.

    @seed hero:child giver:kin plant:plant trait:trait friend:child parent:parent day:day

    %plant name seed grew use
    sunflower|a black and white seed|taller than the fence|The birds came to eat from it all winter
    pumpkin|a flat white seed|bigger than a wheel|Together they made soup for the whole street
    bean|a spotted bean|higher than the roof|They picked enough for the whole family
    apple tree|a small brown seed|as tall as {giver}|One autumn it had its first red apples
    tulip|a dry brown bulb|red and straight as a candle|People stopped at the gate to look at it
    strawberry plant|a plant with three leaves|wide and green|The berries were sweeter than sugar
    carrot|a seed as small as a crumb|long and straight|It tasted better than any carrot from the shop
    rose|a thorny stick|full of pink flowers|Its scent filled the whole garden

    :seed
    <begin> <seed.get> / <seed.plant> <seed.wait> / <seed.doubt> <seed.care> / <seed.grow> <seed.end>
    <begin> <seed.get> <seed.plant> / <seed.wait> / <seed.doubt> <seed.care> / <seed.grow> / <seed.end>

    :seed.get
    One spring day, {giver} gave {him} {seed plant}. "If you are patient," {giver} said, "it will become {a \
    plant}."
    In spring, {giver} put {seed plant} into {his} hand. "What is it?" asked {hero}. / "One day it will be \
    {a plant}," said {giver}.
    "Close your eyes and open your hand," said {giver}. {Hero} felt something. It was {seed plant}. "This is \
    going to be {a plant}," {giver} said.

    :seed.plant
    {Hero} dug a hole in the garden, put it in and covered it with soft earth. Then {he} gave it some water.
    {Hero} planted it next to the wall, where the sun was warm, and poured water on it.
    Together they chose a good place. {Hero} made a small hole with {his} finger, and {giver} brought the \
    water.

    :seed.wait
    The next morning, {he} ran outside. There was nothing to see. After a week, there was still nothing to \
    see.
    {Hero} looked every day, but nothing happened. The earth was brown and still.
    "When will it come?" {hero} asked every morning. / "Soon," said {giver}. But soon was very long.

    :seed.doubt
    "It is dead," said {friend}. "You should dig it up." / "No," said {hero}. "{Giver} told me to be patient."
    "Nothing will ever grow there," {hero} said sadly. / "Wait," said {giver}. "It is working under the \
    earth, where you can't see it."
    {Friend} came to see it. "There is nothing here but dirt," {he friend} said. / "Not yet," said {hero}, \
    but {he} was not so sure.

    :seed.care
    So {he} went on. {He} gave it water when it was dry, and {he} pulled out the weeds.
    When it was hot, {hero} carried water. When a storm came, {he} held a basket over the place.
    {Hero} put a little fence of sticks around it, so that the hens could not scratch there.

    :seed.grow
    And one day, there was a little green tip! It grew and grew, until the {plant} was {grew plant}.
    Then, on a warm day after the rain, something green looked out of the earth. In summer, the {plant} was \
    {grew plant}.
    One morning, {hero} shouted so loud that everybody came running. A green leaf! From then on, it grew day \
    and night, until the {plant} was {grew plant}.

    :seed.end
    {Use plant}. "You see," said {giver}, "good things need time."
    {Use plant}. {Hero} kept a seed for the next year, and {he} gave one to {friend} too.
    {Hero} was proud of the {plant}. {Use plant}.
    "Who grew this?" people asked. / "The sun and the rain," said {hero}, "and a little bit me." {Use plant}.

    @build hero:child friend:child work:work trait:trait helper:elder day:day parent:parent

    %work thing from broke because fix use
    raft|old boards and rope|sank in the middle of the pond|the boards were too heavy|tied four empty \
    barrels under it|sailed across the pond like captains
    bird house|a wooden box|fell from the tree|the nail was too short|used a long screw|watched a family of \
    birds move in
    bridge|branches and stones|broke in the middle|the branches were too thin|used two thick logs|walked \
    over the stream with dry feet
    tree house|planks from the old barn|leaned to one side|one branch was lower than the other|put a strong \
    post under it|sat high above the garden and drank tea
    cart|a box and four wheels|lost a wheel on the hill|the wheel was not tight|fixed each wheel with a \
    pin|rode down the hill with the wind in their hair
    oven|clay and stones|fell apart in the heat|the clay was still wet|let the clay dry in the sun for a \
    week|baked their own bread in it
    kite|paper and two sticks|crashed into the bushes|it had no tail|tied a long tail to it|let it fly so \
    high that it looked like a dot
    dog house|boards and a piece of tin|let the rain in|the roof was flat|made a roof with two sides|showed \
    it to the dog, who went in at once

    :build
    <begin> <build.plan> / <build.work> <build.fail> / <build.sad> <build.why> / <build.fix> <build.use> \
    <build.end>
    <begin> <build.plan> <build.work> / <build.fail> <build.sad> / <build.why> <build.fix> / <build.use> \
    <build.end>

    :build.plan
    One {day}, {hero} and {his} friend {friend} decided to build {a work}.
    "I have an idea!" said {hero} one {day}. "Let's build {a work}." {His} friend {friend} liked the idea at \
    once.
    {Friend} had a book with pictures. "Look at this {work}," {he friend} said. "We can build one too!" \
    {Hero} was not sure, but {he} wanted to try.

    :build.work
    They found {from work}. {Hero} measured everything twice, and {friend} put it together. They worked \
    until the {work} was finished.
    They took {from work} and worked hard all {time day}. At last the {work} was ready.
    First they made a drawing. Then they looked for {from work}. When the sun went down, the {work} was done.

    :build.fail
    But oh no! The {work} {broke work}.
    They were so proud! But when they tried the {work} for the first time, it {broke work}.
    "Now let's test it," said {hero}. But the {work} {broke work}.

    :build.sad
    "All our work was for nothing," said {friend}, and {he friend} let {his friend} arms drop.
    {Friend} sat down on the ground. "We can't do it," {he friend} said.
    For a while they just stood there. "Maybe we are too young for this," said {friend}.

    :build.why
    "Let us find out why it went wrong," said {hero}. {He} looked at the {work} from all sides. "I see it \
    now! It happened because {because work}."
    {Helper} came by and looked at the {work}. "It is a good {work}," {he helper} said, "but {because work}. \
    That is why it {broke work}."
    "Don't be sad," said {helper}. "Everybody makes mistakes. Look here: {because work}."

    :build.fix
    So they began again, and this time they {fix work}.
    The next day, they {fix work}. It took a long time, but they did it right.
    "Then we know what to do," said {hero}. They did not waste any time. They {fix work}.

    :build.use
    Now the {work} was perfect. They {use work}.
    And this time it worked! {Hero} and {friend} {use work}.
    When it was finished, they held their breath. It was just right! They {use work}.

    :build.end
    "It is good that it went wrong," said {hero}, "because now we know how to do it."
    {Hero} and {friend} learned that every mistake can teach you something.
    "What shall we build tomorrow?" asked {friend}, and {hero} laughed.
    {Parent} took a picture of them with the {work}, and it hung in the kitchen for many years.
    """
}
