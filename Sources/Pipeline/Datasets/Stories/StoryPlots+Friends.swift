extension StoryPlots {
  /// Somebody makes a friend, loses a race, keeps a promise, or is small.
  static let friends = """
    @newcomer hero:child friend:child trait:trait hobby:hobby day:day parent:parent

    %hobby like what where start badge
    draw dragons|dragons|on the floor|drew a big green dragon|a book about dragons
    play chess|chess|on the bench|set up the board|a small chess board
    sing old songs|songs|on the stairs|sang an old song|a song book
    watch the stars|stars|behind the school|looked for the brightest star|a map of the stars
    collect stones|stones|in the yard|showed each other their best stones|a bag full of stones
    build paper boats|paper boats|at the puddle|folded two boats|a boat made of paper
    read about pirates|pirates|under the tree|opened a book about pirates|a black pirate hat
    play football|football|in the yard|kicked the ball to each other|an old football
    feed the birds|birds|by the fence|threw crumbs to the sparrows|a bag of crumbs
    make kites|kites|on the hill|tied a long tail to a kite|a paper kite

    :newcomer
    <begin> <new.come> / <new.shy> <new.see> / <new.ask> / <new.play> <new.end>
    <begin> <new.come> <new.shy> / <new.see> <new.ask> / <new.play> / <new.parent> <new.end>

    :new.come
    One [Monday|Tuesday|Friday] morning, a new {girl friend} came to {his} school. {His friend} name was \
    {friend}.
    One {day}, a family moved into the house next door. They had a {girl friend} named {friend}.
    On the first day of school, the teacher brought a new {girl friend} into the classroom. "This is \
    {friend}," she said.

    :new.shy
    {Friend} did not know anybody and stood alone by the wall. Nobody spoke to {him friend}.
    {Friend} was shy. {He friend} looked at {his friend} shoes and did not say a word.
    Everybody looked at {friend}, and {he friend} looked at the floor.

    :new.see
    {Hero} remembered how it felt to be alone. Then {he} saw that {friend} had {badge hobby}.
    {Hero} wanted to say something, but {he} did not know how to begin. Then {he} noticed that {friend} was \
    holding {badge hobby}.
    In the break, {hero} watched {friend} for a while. {He friend} took out {badge hobby}.

    :new.ask
    "Hello, I am {hero}," {he} said. "Do you like {what hobby}?" / "Yes," said {friend} quietly. "I love to \
    {like hobby}." / "Me too!" cried {hero}.
    "Do you like to {like hobby}?" asked {hero}. / {Friend} looked up. "Very much," {he friend} said. "Do \
    you?" / "I {like hobby} every day!" said {hero}.
    {Hero} walked up to {him friend} and smiled. "I saw that you like {what hobby}," {he} said. "I {like \
    hobby} too, but I have nobody to do it with." / "Now you have me," said {friend}.

    :new.play
    They sat down {where hobby} and {start hobby}. Soon {friend} talked and laughed and was not shy anymore.
    So they found a place {where hobby} and {start hobby}. It was much more fun than doing it alone.
    They did not wait a moment. {Where hobby}, they {start hobby}, and {friend} laughed for the first time.

    :new.parent
    "How was your day?" asked {parent} in the evening. / "I have a new friend," said {hero}. "{His friend} \
    name is {friend}, and we both like to {like hobby}."
    In the evening, {hero} told {parent} about {friend}. "It was kind of you to speak first," said {parent}.
    {Parent} noticed that {hero} was humming at dinner. "I met somebody who likes to {like hobby}," {he} said.

    :new.end
    From that day on, {hero} and {friend} met every afternoon to {like hobby}.
    One kind word is enough to make a friend.
    {Hero} had found a friend, and {friend} was not alone anymore.
    When another new child came to the school, it was {friend} who said hello first.

    @race hero:child friend:child trait:trait race:race day:day parent:parent prize:prize

    %race name go along mishap fix
    running race|ran|past the mill|had hurt {his friend} foot and could not go on|put an arm around {him \
    friend}
    boat race|rowed|down the river|had lost an oar|tied the two boats together
    sled race|slid|down the hill|lay in the snow beside a broken sled|took {him friend} along on {his} own \
    sled
    swimming race|swam|across the lake|could not swim any farther|pulled {friend} along
    bicycle race|rode|along the road|sat in the ditch with a flat tire|pushed both bicycles
    sack race|hopped|across the meadow|had fallen on {his friend} nose|helped {him friend} up

    %prize word ~look
    medal; cup; ribbon; crown; flag

    :race
    <begin> <race.before> / <race.start> <race.fall> / <race.choice> <race.help> / <race.last> <race.end>
    <begin> <race.before> <race.start> / <race.fall> <race.choice> / <race.help> / <race.last> / <race.end> \
    <sleep>

    :race.before
    Every year there was a {race} in {his} town, and the winner got {a full prize}. {Hero} practiced for \
    weeks, because {he} wanted to win.
    One day, there was a big {race}. The prize was {a full prize}, and {hero} wanted it more than anything.
    "Tomorrow is the big {race}!" said {hero}. {He} could hardly sleep, because the winner would get {a full \
    prize}.

    :race.start
    "Ready, set, go!" called a man with a flag. All the children {go race} as fast as they could. Soon \
    {hero} was in front, and only {friend} was near {him}.
    A whistle blew, and the race began. {Hero} {go race} {along race} so fast that all the others fell \
    behind, all but {friend}.
    The whole town came to watch. When the bell rang, everybody {go race} {along race}. {Hero} was the \
    fastest, and {friend} came right behind {him}.

    :race.fall
    Suddenly {hero} heard a cry behind {him}. {Friend} {mishap race}.
    Then {friend} called for help. {He friend} {mishap race}.
    {Hero} looked back and saw that {friend} {mishap race}.

    :race.choice
    {Hero} could see the end of the race already. If {he} stopped now, {he} would lose the {prize}.
    "If I go on, I will win," thought {hero}. But {friend} needed help, and nobody else was near.
    Far ahead, {hero} could see the {full prize}. Nobody could catch {him} now. But what about {friend}?

    :race.help
    So {he} turned around. "Don't worry," {he} said, and {he} {fix race}. Slowly, they went on together.
    {He} stopped and went back to {friend}. "I will not leave you here," said {hero}. {He} {fix race}.
    It took {hero} only a moment to decide. {He} went back and {fix race}.

    :race.last
    They were the last of all. But everybody stood up and cheered for them.
    When they reached the end, somebody else already held the {prize}. But the people clapped louder for \
    {hero} and {friend} than for the winner.
    When they came in, everybody else was already there. For a moment it was quiet. Then all the people \
    began to clap.

    :race.end
    "You lost the {prize}," said {friend}, "but you won a friend." / {Hero} smiled. That was much better.
    "I am proud of you," said {parent}. "Anyone can win {a prize}. It takes a big heart to stop and help."
    The next day, {friend} gave {hero} {a prize} made of paper. {Hero} hung it over {his} bed.
    "I did not get the {prize}," thought {hero}, "but I would do it again."

    @promise hero:child asker:kin promise:promise fun:fun friend:child trait:trait day:day parent:parent

    %promise do did why end
    water the roses every evening|watered the roses|without water they will dry up|the roses were red and full
    feed the hens every morning|fed the hens|hungry hens lay no eggs|there were nine eggs in the nest
    look after the little cat|looked after the little cat|it is too small to be alone|the cat had grown \
    round and soft
    close the gate of the sheep pen|closed the gate|the sheep will run onto the road|all the sheep were safe
    keep the fire going|kept the fire going|the bread needs a warm oven|the bread was brown and crisp
    brush the old horse|brushed the old horse|it gets sad without company|the horse came running to the fence
    shut the window before dark|shut the window|the rain will spoil the books|not one book was wet

    %fun is was
    a circus has come to town|a circus had come to town
    there is a big ship on the river|there was a big ship on the river
    there is a new foal at the farm|there was a new foal at the farm
    the others are building a raft|the others were building a raft
    the ice cream man is at the fountain|the ice cream man was at the fountain
    there is music in the square|there was music in the square

    :promise
    <begin> <promise.ask> / <promise.tempt> <promise.think> / <promise.keep> <promise.after> / \
    <promise.return> <promise.end>
    <begin> <promise.ask> / <promise.tempt> / <promise.think> <promise.keep> / <promise.return> / \
    <promise.end> <sleep>

    :promise.ask
    One day, {asker} had to go on a journey. "Will you {do promise}?" {he asker} asked. "You know, {why \
    promise}." / "I promise," said {hero}.
    "I will be away for a week," said {asker}. "Please {do promise}, because {why promise}." / {Hero} shook \
    {his asker} hand and promised it.
    {Asker} packed {his asker} suitcase. "I need somebody who can {do promise}," {he asker} said, "because \
    {why promise}." / "You can count on me," said {hero}. "I promise."

    :promise.tempt
    On the third day, {friend} came running. "Come quickly!" {he friend} called. "Don't you know that {fun}?"
    For two days everything went well. Then {friend} stood at the door and said that {was fun}. "Come with \
    me, right now!" {he friend} cried.
    Then came a day when {friend} ran up the path. "Guess what!" {he friend} called, out of breath. And {he \
    friend} told {hero} that {was fun}.

    :promise.think
    {Hero} wanted to go at once. But {he} had not yet done what {he} had promised.
    {Hero} already had one shoe on. Then {he} remembered {asker} and the promise.
    How much {hero} wanted to go! But a small voice inside {him} said, "What about your promise?"

    :promise.keep
    "Wait for me," {he} said. "First I have to keep my promise." And {he} {did promise}, as {he} had said \
    {he} would.
    "I can't come yet," said {hero}. "I gave my word." {Friend} went ahead, and {hero} stayed and {did \
    promise}.
    {Hero} shook {his} head. "A promise comes first," {he} said. {He} {did promise} and took {his} time, \
    because {he} wanted to do it well.

    :promise.after
    Only then did {he} run after {friend}. {He} was late, but {he} still had a lot of fun.
    When the work was done, {friend} was waiting at the corner. "I saved you a place," {he friend} said.
    Afterward, {he} ran as fast as {he} could, and there was still enough fun left for {him}.

    :promise.return
    When {asker} came home, {end promise}. "You kept your promise," {he asker} said. "I knew that I could \
    trust you."
    At the end of the week, {asker} came back and saw that {end promise}. {He asker} put {his asker} arms \
    around {hero}.
    {Asker} came back sooner than expected, and {end promise}. "You did everything just right," {he asker} \
    said.

    :promise.end
    {Hero} felt very proud, for a promise is a promise.
    From that day on, people said, "If {hero} promises something, you can be sure of it."
    "It was not easy," said {hero}, "but I am glad that I did it."
    And the next time {asker} went away, {he asker} asked nobody but {hero}.

    @fable hero:small friend:large trait:trait trap:trap boast:boast day:day

    %small name gender kind live
    Pip|m|mouse|in a hole under an old tree; Tilly|f|mouse|in a barn full of straw
    Nibbles|m|rabbit|at the edge of a field; Dot|f|bee|in a hollow tree; Hazel|f|squirrel|high up in an oak
    Tiny|m|ant|under a flat stone; Poppy|f|bird|in a nest of moss; Freddy|m|frog|beside a green pond
    Button|m|hedgehog|under a pile of leaves; Minnie|f|mole|deep under the meadow

    %large name gender kind
    Bruno|m|bear; Berta|f|cow; Grumble|m|wolf; Duke|m|horse; Bella|f|goose; Rex|m|dog; Martha|f|moose
    Gustav|m|goat; Wanda|f|wild pig; Sultan|m|lion

    %trap in did
    stuck in a net that hunters had hung between the trees|bit through the ropes, one after the other
    lost in the thick fog and could not find the way home|went ahead and called, so that {friend} could follow
    shut in a shed with a heavy door|crept under the door and pushed the bolt aside
    stuck in a swamp up to the belly|called the frogs and the birds, and together they pulled at a long vine
    caught with one foot between two rocks|dug away the earth until the rocks moved

    %boast said
    Nobody needs somebody as small as you; You are so small that I almost stepped on you
    I am strong, and you are nothing but a crumb; Go away, you are too little to help anyone

    :fable
    <fable.begin> / <fable.meet> <fable.sad> / <fable.trap> / <fable.help> / <fable.end>
    <fable.begin> <fable.meet> / <fable.sad> <fable.trap> / <fable.help> <fable.end>

    :fable.begin
    Once upon a time, a little {kind} named {hero} lived {live}.
    Long ago, when animals could talk, there was {a trait} {kind} named {hero} who lived {live}.
    In a time before clocks, a small {kind} lived {live}. {His} name was {hero}, and {he} was very {trait}.

    :fable.meet
    One {day}, {he} met {friend} the {kind friend}. "Good {time day}," said {hero} politely. / "{Boast}," \
    laughed {friend}.
    Not far away lived {friend}, a big {kind friend}. "Can we be friends?" asked {hero}. / "{Boast}," said \
    {friend}.
    One {day}, {hero} came to a path where {friend} the {kind friend} was resting. "May I pass?" {he} asked. \
    {Friend} opened one eye. "{Boast}," {he friend} said.

    :fable.sad
    {Hero} was hurt, but {he} only said, "Small ones can do great things too."
    {Hero} went away with {his} head down. Still, {he} was not angry for long.
    {Hero} did not answer. {He} went on with {his} work and thought, "We will see."

    :fable.trap
    Some days later, {hero} heard a loud cry. It was {friend}, who was {trap}. / "Help me!" cried {friend}. \
    "I can't do this alone!"
    A week later, the {kind friend} was in trouble. {Friend} was {trap}. Nobody was there but {hero}.
    Autumn came and went. Then, one night, a cry rang out, and all the animals heard it. {Friend} was \
    {trap}. The others were afraid, but {hero} ran there at once.

    :fable.help
    {Hero} did not think about the bad words. {He} {did trap}. Soon {friend} was well again.
    "I will help you," said {hero}. {He} {did trap}. It took a long time, but at last it was done.
    "Hold still, {friend}," said {hero}, and {he} {did trap}. Bit by bit, things got better.

    :fable.end
    "I was wrong," said {friend}. "You are small, but your heart is big." From then on, the {kind} and the \
    {kind friend} were friends.
    "Forgive me," said {friend}. / "Gladly," said {hero}. And the big {kind friend} never laughed at a small \
    {kind} again.
    So the {kind friend} learned that nobody is too small to help.
    {Friend} bowed {his friend} big head. "Thank you, little {kind}," {he friend} said. "I will never judge \
    anyone by size again."
    """
}
