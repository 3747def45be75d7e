import { digitsOf, foldText, isBlank, shown } from '../../nodes/delivery/text';

describe('foldText', () => {
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

test('digitsOf makes one number of its spellings', () => {
	expect(digitsOf('+1 (573) 555-1234')).toBe(digitsOf('+15735551234'));
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
