import { phoneDigits, foldText, isBlank, shown } from '../../nodes/provider/comparing';

describe('foldText', () => {
	it('takes more marks on a letter than any language has for as many as it takes, since sorting them takes long', () => {
		const letter = (marks: number) => `a${'\u05b0'.repeat(marks)}b${'\u05b1'.repeat(marks)}`;
		expect(foldText(letter(10_000))).toBe(foldText(letter(30)));
		expect(foldText(letter(30))).toBe(letter(30));
		expect(foldText(letter(29))).toBe(letter(29));
	});

	it.each([
		['Order Placed', ' order placed '],
		['RAPPEL DEMANDÉ', 'rappel demande'],
		['Świętokrzyska', 'świętokrzyska'],
		['İPTAL', 'iptal'],
		['ﬁnal', 'final'],
	])('makes %p and %p the same', (a, b) => {
		expect(foldText(a)).toBe(foldText(b));
	});

	it.each([
		['Hindi: a vowel sign is a letter', 'किताब', 'कताब'],
		['Tamil', 'கோடு', 'கடு'],
		['Arabic letters', 'طلب', 'طالب'],
	])('keeps words apart (%s)', (_why, a, b) => {
		expect(foldText(a)).not.toBe(foldText(b));
	});
});

test('phoneDigits makes one number of its spellings', () => {
	expect(phoneDigits('+1 (573) 555-1234')).toBe(phoneDigits('+15735551234'));
});

test.each([
	['', true],
	['  ', true],
	[undefined, true],
	[null, true],
	[0, false],
	[false, false],
	['a', false],
])('isBlank(%p) is %p', (value, blank) => {
	expect(isBlank(value)).toBe(blank);
});

test.each([
	['a word', 'a word'],
	[7, '7'],
	[null, 'null'],
	[{ a: [1] }, '{"a":[1]}'],
	['x'.repeat(201), `${'x'.repeat(200)}…`],
])('shown(%p) is %p', (value, text) => {
	expect(shown(value)).toBe(text);
});

it('keeps few marks on a letter, also of those that are marks only once they are normalized', () => {
	const marks = ['\u0300', '\uff9e', '\uff9f', '\u0e33', '\u0eb3'];
	for (const mark of marks) {
		expect(foldText(`a${`\u0323\u0323\u0323${mark}${mark}`.repeat(1_000)}`).length).toBeLessThan(80);
	}
});
