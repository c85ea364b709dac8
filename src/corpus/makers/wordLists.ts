/** The words of the shipped model: ten commands, eight words of students, six wake words, forty of coffee orders. */
export const coreWords: readonly string[] = [
  ...['down', 'go', 'left', 'no', 'off', 'on', 'right', 'stop', 'up', 'yes'],
  ...['close', 'open', 'print', 'process', 'project', 'signal', 'speaker', 'speech'],
  ...['alexa', 'computer', 'jarvis', 'smart mirror', 'snowboy', 'view glass'],
  ...['almond', 'americano', 'brew', 'brown', 'cappuccino', 'coffee', 'cream', 'dark', 'double', 'drip'],
  ...['espresso', 'have', 'house', 'iced', 'large', 'latte', 'light', 'like', 'little', 'lots'],
  ...['make', 'medium', 'milk', 'mocha', 'ounce', 'roast', 'shot', 'single', 'sixteen', 'skim'],
  ...['small', 'some', 'sugar', 'sweetener', 'triple', 'twelve', 'twenty', 'want', 'whole', 'with'],
];

/** Further words that have a few real talkers each: digits and names of Speech Commands, and two of coffee orders. */
export const furtherWords: readonly string[] = [
  ...['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'],
  ...['bed', 'bird', 'cat', 'dog', 'happy', 'marvin', 'sheila', 'tree', 'wow', 'give'],
];

/** The words of a corpus of size `tiny`. */
export const tinyWords: readonly string[] = coreWords.slice(0, 10);

/** Sentences that give isolated words something to stand between; made up for the project. */
export const carrierSentences: readonly string[] = [
  'the river was high after a week of rain',
  'my neighbor planted tomatoes behind the shed',
  'they walked along the beach until the evening',
  'nobody knew where the old map had gone',
  'a train passed slowly through the empty station',
  'her brother repairs bicycles in the garage',
  'the museum opens again in early spring',
  'we heard music from the other side of the lake',
  'please remember to bring the keys tomorrow',
  'the teacher wrote a question on the board',
  'his letters arrived after the long winter',
  'children were playing near the garden wall',
  'the kitchen smelled of bread and cinnamon',
  'after dinner they talked about the journey',
  'a heavy curtain covered the narrow window',
  'the captain checked the weather every morning',
  'it takes an hour to reach the village on foot',
  'the painter mixed yellow and green very carefully',
  'someone had forgotten an umbrella under the table',
  'the wind changed and the boats returned early',
  'an engineer explained how the bridge was built',
  'the doctor said that she would recover soon',
  'all the shelves were filled with dusty books',
  'the farmer sold apples at the market on friday',
];
