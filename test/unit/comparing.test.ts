import fc from 'fast-check';

import { phoneDigits, foldText, hasLostDigits, isBlank, shown } from '../../nodes/provider/comparing';

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
		['Follow\u2011up', 'Follow-up'],
		['Follow\u2013up', 'follow\u2212up'],
		['Doesn’t want it', "doesn't want it"],
		['“Later”', '"later"'],
		['Straße', 'STRASSE'],
		['STRAẞE', 'strasse'],
		['call\nback  later', 'call back later'],
		['call\u00a0back\u2009later', 'call\tback\r\nlater'],
		['Order\u200b Pla\u00adced\ufeff', 'order placed'],
		['Or\u200dder', 'order'],
		['order\u200eplaced', 'orderplaced'],
		['\u{1d400}BC', 'abc'],
		['☎\ufe0f', '☎'],
		['order\u0000placed', 'order placed'],
	])('makes %p and %p the same', (a, b) => {
		expect(foldText(a)).toBe(foldText(b));
	});

	it.each([
		['Hindi: a vowel sign is a letter', 'किताब', 'कताब'],
		['Tamil', 'கோடு', 'கடு'],
		['Arabic letters', 'طلب', 'طالب'],
		['Persian: a joiner that parts two words', 'می\u200cخواهم', 'میخواهم'],
		['Malayalam: a joiner that makes another letter', 'ന്\u200d', 'ന്'],
		['Bengali: a sign below', 'ড়', 'ড'],
		['Japanese voiced marks', 'が', 'か'],
	])('keeps words apart (%s)', (_why, a, b) => {
		expect(foldText(a)).not.toBe(foldText(b));
	});
});

describe('folding, whatever the text', () => {
	const texts = fc.oneof(
		fc.string({ unit: 'binary', maxLength: 40 }),
		fc.string({
			unit: fc.constantFrom(...'aΣσςßẞIİıſ´`ʼ ﷺ\u200b\u200c\u200d\u0301\u05b0\u00ad\u00a8कم\u3099'),
			maxLength: 12,
		}),
	);
	const folds = (property: (text: string) => void) => fc.assert(fc.property(texts, property), { numRuns: 20_000 });

	it('of folded text changes nothing', () => {
		folds((text) => expect(foldText(foldText(text))).toBe(foldText(text)));
	});

	it('makes no difference of white space, hyphens, and what nobody sees', () => {
		fc.assert(
			fc.property(fc.array(fc.string({ unit: 'grapheme-ascii' })), (words) => {
				expect(foldText(words.join('\u2011\u200b'))).toBe(foldText(words.join('-')));
				expect(foldText(words.join(' \u00a0\n'))).toBe(foldText(words.join(' ')));
			}),
		);
	});

	it('compares the first 100,000 characters of a text, whatever they are, in a moment', () => {
		for (const each of [
			'a',
			' ',
			'\u0301',
			'\u200c',
			'\u05b0',
			'´',
			'-',
			'\u{1d400}',
			'ﷺ',
			'\n\u200c',
			'\u05b0\u200d',
		]) {
			const start = performance.now();
			const folded = foldText(each.repeat(16_000_000 / each.length));
			expect(performance.now() - start).toBeLessThan(5_000);
			expect(folded.length).toBeLessThanOrEqual(1_800_000);
		}
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
	['a\nforged line\u2028\u0000b', 'a forged line b'],
])('shown(%p) is %p', (value, text) => {
	expect(shown(value)).toBe(text);
});

it('keeps few marks on a letter, also of those that are marks only once they are normalized', () => {
	const marks = ['\u0300', '\uff9e', '\uff9f', '\u0e33', '\u0eb3'];
	for (const mark of marks) {
		expect(foldText(`a${`\u0323\u0323\u0323${mark}${mark}`.repeat(1_000)}`).length).toBeLessThan(80);
	}
});

test.each([
	[Number('12345678901234567890'), true],
	[Number('1234567890123.4567'), true],
	[Number('-1234567890123.4567'), true],
	[{ a: [Number('1234567890123.4567')] }, true],
	[12345678901.5, false],
	[123456789012345, false],
	[0.1 + 0.2, false],
	[184.20000000000002, false],
	[1774881000.1234567, false],
	[1e-7, false],
])('hasLostDigits(%p) is %p', (value, lost) => {
	expect(hasLostDigits(value)).toBe(lost);
});
