import { MOST_TOLD_OF, readHandled, writtenHandled } from '../../nodes/catch-up/handled-in-text';

it.each([1, 2, 255, 256, 2_000, MOST_TOLD_OF])('tells of %d calls in texts that n8n takes', (count) => {
	const ids = Array.from({ length: count }, (_, at) => `call ${at}`);
	const handled = new Set(ids.filter((_, at) => (at * 7 + Math.floor(at / 5)) % 3 === 0));
	const texts = writtenHandled(handled, ids);
	expect(Object.keys(texts).length).toBeLessThanOrEqual(10);
	expect(Math.max(...Object.values(texts).map((text) => text.length))).toBeLessThanOrEqual(255);
	for (const name of Object.keys(texts)) expect(name).toMatch(/^\w{1,50}$/);
	expect(readHandled(texts, ids)).toEqual(handled);
});

it('reads nothing from the texts of another number of calls', () => {
	expect(readHandled({}, ['a'])).toBeUndefined();
	expect(readHandled(writtenHandled(new Set(), ['a', 'b', 'c', 'd']), ['a'])).toBeUndefined();
});
