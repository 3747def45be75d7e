import { answersAsTexts, answersIn, MOST_ANSWERS } from '../../nodes/n8n/custom-data';

it.each([0, 1, 2, 255, 256, 2_000, MOST_ANSWERS])('gives %d answers in texts that n8n takes', (count) => {
	const answers = Array.from({ length: count }, (_, at) => (at * 7 + Math.floor(at / 5)) % 3 === 0);
	const texts = answersAsTexts(answers);
	expect(Object.keys(texts).length).toBeLessThanOrEqual(10);
	expect(Math.max(0, ...Object.values(texts).map((text) => text.length))).toBeLessThanOrEqual(255);
	for (const name of Object.keys(texts)) expect(name).toMatch(/^\w{1,50}$/);
	expect(answersIn(texts)).toEqual(answers);
});

it('reads no answers where nothing was told', () => {
	expect(answersIn({})).toEqual([]);
	expect(answersIn({ other: 'yyn' })).toEqual([]);
});
