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

it('looks through no more names than a person would read, nor longer ones', () => {
	const many = Array.from({ length: 200 }, (_, at) => `zzzz${at}`);
	expect(nearestName('ai score', [...many, 'ai_score'])).toBeUndefined();
	expect(nearestName('ai score', [`ai_score${'_'.repeat(60)}`])).toBeUndefined();
});
