import { DateTime } from 'luxon';
import { z } from 'zod/v4';

const ISO_DATES = [z.regexes.date, z.regexes.datetime({ offset: true, local: true })];

/** Longer than a date in any of these notations; luxon reads no more of a hostile text. */
const LONGEST_DATE = 64;
/** Dates in words, which a model writes as it likes, once punctuation and what follows a day's number are gone. */
const IN_WORDS = ['d LLLL yyyy', 'd LLL yyyy', 'LLLL d yyyy', 'LLL d yyyy', 'yyyy LLLL d', 'yyyy LLL d'];
const WEEKDAY = /^(mon|tue|wed|thu|fri|sat|sun)[a-z]*(?=[\s,])/i;

/**
 * A date as text that begins with its day in ISO 8601; undefined where it says no day, or two days. What a sender writes by
 * hand is read as a person does: what in one of these notations can mean one day only is that day.
 */
export function toDate(value: unknown): string | undefined {
	const sent = typeof value === 'number' ? String(value) : value;
	if (typeof sent !== 'string' || sent.length > LONGEST_DATE) return undefined;
	// A zone's name in brackets stands behind its offset.
	const written = yearFirst(sent.trim().replace(/\s*[([][^)\]]*[)\]]$/, ''));
	if (ISO_DATES.some((form) => form.test(written))) return written;
	// luxon would make up a day for a time alone, and a century for a year of two digits.
	if (!/(?:^|\D)\d{4}(?:\D|$)/.test(written)) return undefined;
	return momentIn(written) ?? dayInWords(written) ?? dayInDigits(written);
}

/** `20260424` and `2026/4/24` as `2026-04-24`: with the year first there is one order of the rest. */
function yearFirst(written: string): string {
	return written
		.replace(/^((?:19|20)\d\d)(\d\d)(\d\d)$/, '$1-$2-$3')
		.replace(/^\d{4}([/.-])\d\d?\1\d\d?(?!\d)/, (day) =>
			day
				.split(/[/.-]/)
				.map((part) => part.padStart(2, '0'))
				.join('-'),
		);
}

/** A moment in the notations of ISO 8601, SQL and e-mail. */
function momentIn(written: string): string | undefined {
	// Where no offset was sent nobody knows the zone: none is made up, and no hour is skipped over in this machine's zone.
	const asSent = { zone: 'utc', setZone: true };
	const read = /^\d{4}-\d\d-\d\d/.test(written)
		? [DateTime.fromISO(written.toUpperCase(), asSent), DateTime.fromSQL(written, asSent)]
		: [DateTime.fromRFC2822(written, asSent)];
	const moment = read.find(({ isValid }) => isValid);
	if (moment === undefined) return undefined;
	const includeOffset = /(?:[a-z]|[+-]\d\d(?::?\d\d)?)$/i.test(written);
	return moment.toISO({ suppressMilliseconds: true, includeOffset }) ?? undefined;
}

/** `Friday, April 24th, 2026`, `24-Apr-2026`; a day of the week that is another one's says two days. */
function dayInWords(written: string): string | undefined {
	const weekday = WEEKDAY.exec(written)?.[1]?.toLowerCase();
	const words = written
		.replace(WEEKDAY, '')
		.replace(/(\d)(?:st|nd|rd|th)(?![a-z])/i, '$1')
		.replace(/[\s,.-]+/g, ' ')
		.trim();
	const day = IN_WORDS.map((format) => DateTime.fromFormat(words, format, { locale: 'en', zone: 'utc' })).find(
		({ isValid }) => isValid,
	);
	if (day === undefined) return undefined;
	const own = day.weekdayShort?.toLowerCase();
	return weekday === undefined || weekday === own ? (day.toISODate() ?? undefined) : undefined;
}

/** `24/04/2026` is one day, for there is no month 24; `04/05/2026` is two. */
function dayInDigits(written: string): string | undefined {
	const [, one = '', other = '', year = ''] = /^(\d\d?)[/.-](\d\d?)[/.-](\d{4})$/.exec(written) ?? [];
	const days = [`${year}-${one.padStart(2, '0')}-${other.padStart(2, '0')}`]
		.concat(`${year}-${other.padStart(2, '0')}-${one.padStart(2, '0')}`)
		.filter((day) => z.regexes.date.test(day));
	return new Set(days).size === 1 ? days[0] : undefined;
}
