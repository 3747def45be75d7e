import { nearestName } from '../../nodes/delivery/nearest-name';

const NAMES = ['ai_score', 'ai_category', 'robo_score', 'duration_seconds', 'caller_number', 'call_id', 'source'];

it.each([
	['AI Score', 'ai_score'],
	['aiScore', 'ai_score'],
	['ai-scor', 'ai_score'],
	['Duration', 'duration_seconds'],
	['callerr_number', 'caller_number'],
	['utm_source', 'source'],
	['Category', 'ai_category'],
])('%s was meant to be %s', (wanted, name) => {
	expect(nearestName(wanted, NAMES)).toBe(name);
});

it.each(['shoe_size', 'x', '', '___', 'a'.repeat(61)])('%j is near to none', (wanted) => {
	expect(nearestName(wanted, NAMES)).toBeUndefined();
});

it.each([
	['one letter more at each end', 'xabcdefg', 'xbcdefy'],
	['two more before, and one other', 'abcdeg', 'xabcdef'],
	['a third of them others', 'abcdef', 'abxyef'],
	['a third of them others, at the end', 'abcdef', 'abcdxy'],
	['one less, and one other', 'xabcdeg', 'abcdef'],
	['two at the end, and the first another', 'gbcdefx', 'abcdef'],
	['the first another, and one more at the end', 'gbcdef', 'abcdefx'],
])('a third of the letters may be others: %s', (_how, wanted, name) => {
	expect(nearestName(wanted, [name])).toBe(name);
});

it.each([
	['xyabcdeg', 'abcdef'],
	['abcdeg', 'xyabcdef'],
	['gbcdefxy', 'abcdef'],
	['gbcdef', 'abcdefxy'],
	['abcdef', 'abxyzf'],
	['abc', 'xyz'],
	['dur', 'duration'],
])('more than a third of them is another name: %s and %s', (wanted, name) => {
	expect(nearestName(wanted, [name])).toBeUndefined();
});

it('is rather the same, then one that holds it or is held by it, then one that is alike', () => {
	expect(nearestName('score', ['scora', 'ai_score_of_all', 'ai_score', 'Score'])).toBe('Score');
	expect(nearestName('score', ['scora', 'ai_score_of_all', 'ai_score'])).toBe('ai_score');
	expect(nearestName('robo_score', ['robo_scorr', 'robo'])).toBe('robo');
	expect(nearestName('dura', ['duration'])).toBe('duration');
});

it('looks through no more names than a person would read, nor longer ones', () => {
	const many = Array.from({ length: 200 }, (_, at) => `zzzz${at}`);
	expect(nearestName('ai score', [...many, 'ai_score'])).toBeUndefined();
	expect(nearestName('ai score', [...many.slice(1), 'ai_score'])).toBe('ai_score');
	expect(nearestName('ai score', [`ai_score${'_'.repeat(60)}`])).toBeUndefined();
	expect(nearestName('ai score', ['ai_score'.padEnd(60, '_')])).toBeDefined();
	expect(nearestName('a'.repeat(61), ['a'.repeat(60)])).toBeUndefined();
	expect(nearestName('a'.repeat(60), ['a'.repeat(59)])).toBeDefined();
});
