/**
 * What the simulated questions are made of: twelve reasoning families, each with five phrasings (the fifth appears among
 * held-out questions only) and the form its answers have, and twelve topics.
 */

export type AnswerForm = 'number' | 'word' | 'yes-no' | 'place' | 'time'

export interface Family {
  readonly name: string
  readonly form: AnswerForm
  readonly phrasings: readonly string[]
}

const family = (name: string, form: AnswerForm, ...phrasings: string[]): Family => ({ name, form, phrasings })

export const families: readonly Family[] = [
  family(
    'count',
    'number',
    'how many are there of {x}',
    'count all {x}',
    'what number of {x} do you see',
    'how many {x} can be counted',
    'give the total of {x}',
  ),
  family(
    'use',
    'word',
    'what is {x} used for',
    'what is the purpose of {x}',
    'why would anyone need {x}',
    'what work does {x} do',
    'what function has {x}',
  ),
  family(
    'material',
    'word',
    'what is {x} made of',
    'which material is {x}',
    'from what stuff is {x} built',
    'what does {x} consist of',
    'what substance forms {x}',
  ),
  family(
    'origin',
    'place',
    'where does {x} come from',
    'which country is {x} from',
    'in what land did {x} begin',
    'what is the homeland of {x}',
    'where was {x} first known',
  ),
  family(
    'colour',
    'word',
    'what colour is {x}',
    'which shade has {x}',
    'what tint covers {x}',
    'name the colour of {x}',
    'what hue is {x}',
  ),
  family(
    'price',
    'number',
    'how much does {x} cost',
    'what would one pay for {x}',
    'what is the price of {x}',
    'how expensive is {x}',
    'how many dollars for {x}',
  ),
  family(
    'age',
    'time',
    'how long does {x} last',
    'what is the life span of {x}',
    'after how many years is {x} gone',
    'how old does {x} get',
    'for what time will {x} endure',
  ),
  family(
    'maker',
    'word',
    'who invented {x}',
    'which person is known for {x}',
    'who first made {x}',
    'what inventor gave us {x}',
    'to whom do we owe {x}',
  ),
  family(
    'danger',
    'yes-no',
    'is {x} dangerous',
    'could {x} hurt a child',
    'is it risky to touch {x}',
    'can {x} cause harm',
    'should one fear {x}',
  ),
  family(
    'season',
    'time',
    'in which month is {x} common',
    'what time of year suits {x}',
    'when is {x} seen most',
    'which season fits {x}',
    'what part of the year has {x}',
  ),
  family(
    'size',
    'yes-no',
    'is {x} larger than a person',
    'is {x} heavier than a car',
    'would {x} be bigger than a house',
    'does {x} weigh more than a man',
    'is {x} taller than a door',
  ),
  family(
    'storage',
    'place',
    'where would one keep {x}',
    'in what room is {x} stored',
    'what building holds {x}',
    'on which spot is {x} put',
    'where should {x} be placed',
  ),
]

export interface Topic {
  readonly nouns: readonly string[]
  readonly adjectives: readonly string[]
  readonly scenes: readonly string[]
}

const topic = (nouns: string, adjectives: string, scenes: string): Topic => ({
  nouns: nouns.split(' '),
  adjectives: adjectives.split(' '),
  scenes: scenes.split(' '),
})

export const topics: readonly Topic[] = [
  topic('dog puppy hound collar leash kennel', 'furry barking loyal brown', 'backyard park'),
  topic('pizza cheese crust tomato slice oven', 'crispy melted hot italian', 'restaurant kitchen'),
  topic('train engine carriage rail track station', 'fast old freight noisy', 'platform tunnel'),
  topic('surfboard wave wetsuit surfer beach sand', 'salty blue foamy wet', 'ocean shore'),
  topic('elephant giraffe zebra lion rhino hippo', 'wild grey huge sleepy', 'savanna zoo'),
  topic('laptop keyboard mouse monitor phone cable', 'digital wireless black modern', 'office desk'),
  topic('rose tulip daisy vase petal bouquet', 'blooming red fragrant fresh', 'garden greenhouse'),
  topic('bicycle helmet pedal wheel chain saddle', 'shiny racing rusty light', 'street trail'),
  topic('airplane jet wing cockpit runway propeller', 'flying silver loud distant', 'airport sky'),
  topic('baseball bat glove pitcher umpire base', 'sporty white leather dusty', 'stadium field'),
  topic('sofa lamp cushion carpet bookshelf curtain', 'cosy soft wooden striped', 'apartment lounge'),
  topic('ski snowboard goggles slope lift pole', 'snowy icy steep cold', 'mountain resort'),
]

export const answerForms: readonly AnswerForm[] = ['number', 'word', 'yes-no', 'place', 'time']
