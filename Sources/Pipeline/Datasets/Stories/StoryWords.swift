/// The people, things and words that several plots share, and the sentences that begin and end stories.
enum StoryWords {
  static let text = """
    %child name gender
    Mia|f; Lily|f; Anna|f; Zoe|f; Nora|f; Ella|f; Ruby|f; Clara|f; Ivy|f; Maya|f; Lucy|f; Emma|f
    Hana|f; Leila|f; Amira|f; Sofia|f; Freya|f; Alice|f; Nina|f; Tara|f; Greta|f; Olga|f; Yuki|f; Daisy|f
    Tom|m; Max|m; Leo|m; Sam|m; Finn|m; Omar|m; Jack|m; Noah|m; Theo|m; Oscar|m; Hugo|m; Milo|m
    Kai|m; Ravi|m; Felix|m; Jonas|m; Mateo|m; Arlo|m; Peter|m; Henry|m; Luca|m; Simon|m; Paul|m; Ali|m

    %elder name gender
    Grandma|f; Grandpa|m; Aunt June|f; Aunt Rosa|f; Uncle Ben|m; Uncle Karl|m
    Mrs. Bell|f; Mrs. Green|f; Mrs. Moss|f; Mr. Finch|m; Mr. Stone|m; Mr. Wood|m

    %kin name gender
    Grandma|f; Grandpa|m; Aunt June|f; Aunt Rosa|f; Uncle Ben|m; Uncle Karl|m

    %neighbor name gender
    Mrs. Bell|f; Mrs. Green|f; Mrs. Moss|f; Mrs. Lake|f; Mr. Finch|m; Mr. Stone|m; Mr. Wood|m; Mr. Hill|m

    %parent name gender
    Mom|f; Dad|m

    %trait word
    kind; curious; cheerful; quiet; clever; gentle; patient; playful; lively; friendly; thoughtful; polite
    eager; funny; careful; merry

    %look word
    red; blue; green; yellow; orange; purple; white; silver; golden; tiny; shiny; old; striped; spotted
    wooden; painted

    %toy noun ~look
    ball; drum; doll; truck; whistle; boat; train; top; horse; robot; puppet; flute; bucket; bear; bell; cart

    %day word time
    sunny morning|morning; warm afternoon|afternoon; bright morning|morning; quiet afternoon|afternoon
    cool morning|morning; clear afternoon|afternoon; fine morning|morning; lovely afternoon|afternoon
    Saturday morning|morning; Sunday afternoon|afternoon; Friday afternoon|afternoon

    %dish food part
    honey cake|half of the honey cake; cheese sandwich|half of the cheese sandwich
    apple pie|a big slice of the apple pie; loaf of warm bread|half of the warm bread
    bag of cherries|a handful of cherries; bowl of strawberries|a handful of strawberries
    box of cookies|three of the cookies; plum cake|a thick slice of the plum cake
    orange|half of the orange; bag of nuts|a handful of nuts; jar of honey|a spoonful of honey
    egg roll|half of the egg roll

    :begin
    Once upon a time, there was {a trait} {girl} named {hero}.
    There was once a little {girl} named {hero}, who was very {trait}.
    {Hero} was {a trait} {girl} who lived [in a small house|in a white house|on a farm] [by the sea|near the \
    river|at the edge of the forest|at the foot of a hill].
    In a [small|quiet|busy|sleepy] town [by the sea|near the hills|beside a lake|far in the north] lived {a \
    trait} {girl} named {hero}.
    Once there lived a {girl} whose name was {hero}. Everyone knew that {he} was {trait}.
    Long ago, in a [little|small|pretty] village, there lived {a trait} {girl} named {hero}.
    This is a story about {hero}, {a trait} {girl} who lived [next to a bakery|above a shop|behind a \
    mill|near the harbor].
    {Hero} lived with {his} family in a [small house|tall house|yellow house] at the end of the \
    [road|street|lane]. {He} was {a trait} {girl}, and {he} liked to ask questions.
    There once was {a trait} {girl} named {hero}, who lived [far away from any town|close to the \
    mountains|on an island].

    :glad
    {Hero} [felt so happy that {he} wanted to sing|smiled from ear to ear|laughed out loud].
    {Hero} was so [happy|glad] that {he} [jumped up and down|danced around the room|clapped {his} hands].
    A warm feeling filled {hero}'s [heart|chest].
    {Hero} could not stop smiling.
    {His} eyes shone with joy.
    {Hero} had never been so happy before.
    "This is the best day of my life," {he} [thought|said].

    :sad
    {Hero} felt [very sad|sad and alone|small and sad], and {his} eyes filled with tears.
    A tear rolled down {hero}'s cheek.
    {Hero} felt a lump in {his} throat.
    {Hero} sat down and [hid {his} face in {his} hands|began to cry].
    {His} heart felt as heavy as a stone.
    {Hero} wished that the day had never begun.

    :pause
    {Hero} [thought for a moment|took a deep breath|was quiet for a while].
    For a while, nobody [spoke|said anything].
    {Hero} [looked at the ground|looked up at the sky|bit {his} lip] and thought about it.

    :sleep
    That night, {hero} fell asleep with a smile on {his} face.
    That night, {hero} [slept very well|dreamed sweet dreams|lay in bed and thought about the day].
    When {hero} went to bed, {he} was [tired but happy|still smiling|as happy as could be].
    In the evening, {hero} told {parent} the whole story, and {parent} [gave {him} a big hug|was very proud].
    And when the moon came up, {hero} was already fast asleep.
    """
}
