extension StoryPlots {
  /// Somebody is afraid, learns something hard, loses the way, or hears a noise at night.
  static let courage = """
    @fear hero:child helper:kin fear:fear day:day parent:parent friend:child trait:trait

    %fear of when tip did found
    the dark|the lamp in the hall went out|look at the stars|looked at the stars|the night was full of small \
    lights
    thunder|a storm came over the hills|count to ten after each flash|counted to ten after each flash|the \
    storm was moving away
    deep water|everybody jumped into the lake|hold my hand and breathe slowly|held on and breathed \
    slowly|the water carried {him}
    high places|the cat sat on the roof and could not get down|look at your hands and not at the \
    ground|looked only at {his} hands|the ladder was strong and safe
    big dogs|a big brown dog ran into the yard|stand still and let it smell your hand|stood still and held \
    out {his} hand|the dog only wanted to lick it
    the cellar|somebody had to bring up the potatoes|sing a song on the stairs|sang a song on the stairs|the \
    cellar was only a cool room full of jars
    speaking to many people|somebody asked {him} to say a poem at a big party|look for one friendly \
    face|looked for one friendly face|the words came all by themselves
    spiders|a spider sat on {his} pillow|watch how carefully it moves|watched it spin its web|the spider was \
    as shy as {he} was
    the old bridge|the ball rolled to the other side of the river|take one small step at a time|took one \
    small step at a time|the bridge did not shake at all
    the doctor|{he} fell from a tree and had to see the doctor|squeeze my fingers as hard as you \
    can|squeezed as hard as {he} could|it only hurt for a moment

    :fear
    <begin> <fear.of> / <fear.when> <fear.feel> / <fear.help> <fear.try> / <fear.did> <fear.end>
    <begin> <fear.of> <fear.when> / <fear.feel> <fear.help> / <fear.try> <fear.did> / <fear.end> <sleep>
    <begin> <fear.of> / <fear.friend> / <fear.when> <fear.feel> / <fear.help> / <fear.try> <fear.did> / \
    <fear.end>

    :fear.of
    But there was one thing that {he} did not like: {he} was afraid of {fear}.
    {He} was afraid of nothing, except {fear}.
    Only one thing made {his} knees shake, and that was {fear}.
    {He} could laugh at almost everything, but {he} was very much afraid of {fear}.

    :fear.friend
    "Are you really afraid of {fear}?" asked {his} friend {friend}. {Hero} nodded and turned red. "Everybody \
    is afraid of something," said {friend}.
    {Friend} was {his} best friend, but {hero} had never told {him friend} about it.

    :fear.when
    One day, when {hero} was staying with {helper}, it happened: {when fear}.
    One evening, {hero} was visiting {helper}. Then {when fear}.
    It was a day like any other at {helper}'s house, until suddenly {when fear}.

    :fear.feel
    {Hero} [began to shake|wanted to run away|could not move]. "I can't do this," {he} whispered.
    {His} heart beat so fast that {he} could hear it. "I am scared," {he} said.
    {Hero} held on to {helper}'s sleeve and did not let go.

    :fear.help
    {Helper} sat down beside {him}. "I was afraid of {fear} too when I was small," {he helper} said. "Do you \
    know what helped me? You must {tip fear}."
    "Being brave does not mean that you are not afraid," said {helper}. "It means that you try. Now {tip \
    fear}."
    {Helper} did not laugh at {him}. "Come," {he helper} said, "{tip fear}."
    "Shall I tell you a secret?" asked {helper}. "I was once afraid of {fear}. My mother told me this: {tip \
    fear}."

    :fear.try
    {Hero} took a deep breath. Then, very slowly, {he} {did fear}.
    {Hero} closed {his} eyes for a moment and opened them again. Then {he} {did fear}.
    "I will try," said {hero} in a small voice. {He} {did fear}.

    :fear.did
    And what a surprise! {He} found that {found fear}.
    Little by little, the fear became smaller. {Hero} noticed that {found fear}.
    Nothing bad happened. Instead, {he} learned that {found fear}.
    {He} opened one eye and then the other. It was true: {found fear}.

    :fear.end
    "I did it!" cried {hero}. {Helper} hugged {him} and said, "I knew you could."
    After that, {hero} was still a little afraid of {fear}, but {he} knew what to do.
    And when somebody else was afraid of {fear}, {hero} said, "I know how that feels. Let me help you."
    "Were you not afraid at all?" {parent} asked later. / "I was," said {hero}, "but I did it anyway."

    @skill hero:child teacher:elder trait:trait skill:skill day:day friend:child parent:parent

    %skill do doing fell tip did show
    ride a bicycle|riding a bicycle|fell into the hedge|look ahead, not at your feet|looked ahead|rode all \
    the way around the square
    swim|swimming|swallowed a lot of water|move your legs like a frog|moved {his} legs like a frog|swam \
    across the pond
    whistle|whistling|only blew air and got dizzy|make your lips small and round|made {his} lips small and \
    round|whistled a whole song
    skate|skating|slipped and landed on the ice|bend your knees|bent {his} knees|skated in a big circle
    tie {his} shoes|tying shoes|made a knot that nobody could open|make a loop like a rabbit's ear|made a \
    loop like a rabbit's ear|tied both shoes in the blink of an eye
    play the flute|playing the flute|made a sound like a sick goose|cover the holes with soft \
    fingers|covered the holes with soft fingers|played a little dance
    bake bread|baking bread|burned the first loaf|wait until the dough has doubled|waited until the dough \
    had doubled|took a golden loaf out of the oven
    row a boat|rowing a boat|went around in circles|pull both oars at the same time|pulled both oars at the \
    same time|rowed straight across the lake
    read|reading|mixed up all the letters|read one letter after the other|read one letter after the \
    other|read a whole page out loud
    juggle|juggling|dropped all three balls|throw them higher and wait|threw them higher and waited|kept \
    three balls in the air

    :skill
    <begin> <skill.want> / <skill.fail> <sad> / <skill.teach> <skill.practice> / <skill.show> <skill.end>
    <begin> <skill.want> <skill.fail> / <skill.teach> / <skill.practice> <skill.show> / <skill.end>
    <begin> <skill.want> / <skill.fail> <skill.laugh> / <skill.teach> / <skill.practice> <skill.show> / \
    <skill.end> <sleep>

    :skill.want
    {His} friend {friend} could {do skill}, and {hero} wanted to learn it too.
    More than anything, {hero} wanted to {do skill}.
    "Can you {do skill}?" asked {friend}. {Hero} shook {his} head. "Not yet," {he} said, "but I want to \
    learn it."

    :skill.fail
    One {day}, {he} tried it for the first time. But {he} {fell skill}.
    One {day}, {he} went outside and tried. It looked so easy! But {hero} {fell skill}.
    Then came the first try. {Hero} {fell skill}, and {he} wished that nobody had seen it.

    :skill.laugh
    Some children laughed. "You will never learn it," they said.
    "{Doing skill} is too hard for me," {he} said, and {he} wanted to give up.

    :skill.teach
    {Teacher} saw it and came over. "Nobody can do it the first time," {he teacher} said. "Here is a secret: \
    {tip skill}."
    "May I tell you something?" asked {teacher}. "When I was little, I had the same trouble. You should {tip \
    skill}."
    "I will show you," said {teacher}. "It is simple, but it is not easy. {Tip skill}. And then do it again \
    and again."

    :skill.practice
    {Hero} {did skill} and tried again. It was a little better. {He} practiced every day, in sun and in rain.
    The next time, {he} {did skill}. Still, it was hard. {He} tried ten times, then twenty times, then a \
    hundred times.
    Before school and after school, {hero} practiced. {He} {did skill}, and every day it went a little better.

    :skill.show
    At last the big day came. While {friend} watched, {hero} {show skill}. "Hurray!" shouted {friend}.
    And one day, it worked! {Hero} {show skill}, and {friend} clapped {his friend} hands.
    One morning, {he} called {friend}. "Watch me!" {he} said, and {he} {show skill}. {Friend} could hardly \
    believe it.

    :skill.end
    "You did not give up," said {teacher}. "That is the real secret."
    {Hero} was proud, and the next week {he} taught a younger child how to {do skill}.
    Now {doing skill} was easy. {Hero} laughed when {he} remembered how {he} {fell skill}.
    "How did you learn it so fast?" asked {friend}. / "Slowly," said {hero}, and {he} laughed.

    @way hero:child friend:child wise:kin lost:wild trait:trait parent:parent

    %wild in when chase advice see home
    forest|one summer day|followed a white butterfly|walk beside the stream, because water always leads to \
    the village|a small stream|walked along the stream
    fog|one autumn morning|ran after a lamb|stand still and listen for the bell|the church bell through the \
    fog|walked toward the sound of the bell
    market|one Saturday|followed a man with a monkey|stay where you are, next to something tall|the tall \
    clock tower|waited under the clock tower until {wise} came
    hills|one day in August|looked for blackberries|look for smoke, because where there is smoke there is a \
    house|a thin line of smoke|walked toward the smoke
    snow|one winter day|followed the tracks of a fox|turn around and go back in your own footprints|{his} \
    own footprints|followed the footprints back
    cornfield|one hot day|chased a rabbit|walk along one row and never turn|one long straight row of \
    corn|walked along the row until the corn ended

    :way
    <begin> <way.warn> / <way.go> <way.lost> / <way.fear> <way.think> / <way.home> <way.end>
    <begin> <way.warn> <way.go> / <way.lost> <way.fear> / <way.think> / <way.home> / <way.end> <sleep>

    :way.warn
    "If you ever get lost," {wise} always said, "{advice lost}."
    {Wise} had taught {him} many things. One of them was: if you are lost, {advice lost}.
    "Remember this when you are lost," {wise} had told {him} long ago. "{Advice lost}."

    :way.go
    {When lost}, {hero} and {friend} were playing outside. They {chase lost} and went farther and farther.
    {When lost}, {hero} went for a walk with {friend}. They {chase lost} and forgot the time.
    It happened {when lost}. {Hero} and {friend} {chase lost}, and they did not look where they were going.

    :way.lost
    Suddenly they did not know where they were. They were lost in the {lost}!
    When they looked around, everything was strange. "We are lost in the {lost}," said {hero}.
    After a while, {friend} stopped. "Where are we?" {he friend} asked. They turned in a circle. They were \
    lost in the {lost}.

    :way.fear
    {Friend} began to cry. "We will never get home," {he friend} said.
    "I am cold, and I want to go home," whispered {friend}.
    It was getting late. {Friend} sat down on a stone and said, "I can't go any farther."

    :way.think
    {Hero} was afraid too, but {he} remembered the words of {wise}: {advice lost}. {He} looked and listened \
    until {he} noticed {see lost}.
    "Don't be afraid," said {hero}. "{Wise} told me what to do." {He} looked around carefully and noticed \
    {see lost}.
    "We must not run," said {hero}. "{Wise} always says: {advice lost}." So they kept still, and soon {hero} \
    noticed {see lost}.

    :way.home
    They held hands and {home lost}. And there was {wise}, who ran to meet them!
    So they {home lost}. Before dark they were safe at home, and {wise} gave them hot soup.
    "This way!" said {hero}. They {home lost}, and it was not long until they saw the lights of home.

    :way.end
    "I remembered what you said," {hero} told {wise}. {Wise} kissed {him} and was very proud.
    "You were so calm," said {friend}. / "Only because I listened to {wise}," said {hero}.
    It is good to have a friend in the {lost}, and it is good to remember wise words.
    "How did you find the way?" asked {parent}. {Hero} smiled at {wise}. "I had a good teacher," {he} said.

    @noise hero:child friend:child trait:trait noise:noise day:day parent:parent home:kin

    %noise sound where what why
    tap, tap, tap|at the window|a branch|the wind pushed it against the glass
    scratch, scratch|behind the door|the cat|it wanted to come in from the cold
    drip, drop, drip|in the kitchen|the old tap|nobody had closed it well
    thump, thump|in the attic|an owl|it had come in through a hole in the roof
    creak, creak|on the stairs|the dog|it was looking for a warm place to sleep
    rattle, rattle|in the yard|a hedgehog|it had its nose in an empty tin
    squeak, squeak|under the bed|a little mouse|it had found a crumb of cake
    whoo, whoo|in the chimney|the wind|it blew over the top of the house like over a bottle
    snap, snap|on the porch|a flag|somebody had forgotten to take it in
    buzz, buzz|inside the lamp|a big beetle|it could not find the way out

    :noise
    <begin> <noise.night> / <noise.sound> <noise.wake> / <noise.guess> <noise.go> / <noise.what> <noise.end>
    <begin> <noise.night> <noise.sound> / <noise.wake> <noise.guess> / <noise.go> / <noise.what> / <noise.end>

    :noise.night
    One night, {his} friend {friend} stayed at {his} house. They told each other stories until the moon \
    stood high.
    One night, {hero} and {friend} slept in {home}'s house. It was old and full of shadows.
    It was a dark and windy night. {Friend} was visiting {hero}, and they shared the big bed.

    :noise.sound
    Suddenly they heard something {where noise}: {noise}!
    Just when they were falling asleep, there was a strange noise {where noise}. It went {noise}.
    Then everything became quiet, or almost everything. {Noise}, it went {where noise}.

    :noise.wake
    "Did you hear that?" whispered {friend}. / "Yes," said {hero}, and pulled the blanket up to {his} chin.
    {Hero} sat up in bed. "What is that?" {he} asked. / "I don't know," said {friend}. "I don't like it."
    {Friend} held {his friend} breath. "Do you hear it too?" {he friend} asked. {Hero} nodded in the dark.

    :noise.guess
    "Maybe it is a [ghost|giant|thief|dragon]," said {friend}. {Noise}, it went again.
    "It sounds like a [monster|pirate|bear|witch] to me," said {friend} in a very small voice.
    "What if it is a [robber|giant|ghost]?" asked {friend}. They listened. {Noise}.

    :noise.go
    "There is only one way to find out," said {hero}. {He} took a lamp, and {friend} held on to {his} \
    sleeve. On bare feet, they went to look.
    {Hero} was afraid, but {he} wanted to know. "Let's go and see," {he} said. Step by step they went into \
    the dark.
    {Hero} put on {his} slippers. "If we don't look, we will never know," {he} said, and {friend} tiptoed \
    behind {him}.

    :noise.what
    And what was it? It was only {what noise}! {Why noise}.
    {Hero} lifted the lamp. {Where noise} there was {what noise}. They had been afraid of {what noise}!
    "Look!" said {hero}, and {he} began to laugh. It was {what noise}. {Why noise}.

    :noise.end
    They laughed so hard that they woke up the whole house.
    "Things are smaller when you look at them with a light," said {hero}. Then they went back to bed and \
    slept until morning.
    In the morning, they told everybody the story of the terrible {noise}.
    After that night, {hero} and {friend} were not afraid of noises anymore. They just went to look.
    """
}
