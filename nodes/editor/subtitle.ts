/** How the subtitle below a node words what is set in one filter: `{}` stands for the value. */
interface FilterWords {
	/** The parameter's name in Filters. */
	readonly parameter: string;
	/** The words for any value, such as `{} s or more`. */
	readonly words?: string;
	/** The words for some values; an empty text for one that says nothing. */
	readonly byValue?: Readonly<Record<string, string>>;
}

/** What the subtitle is made of. */
interface SubtitleWords {
	/** What the values of Trigger On are called there. */
	readonly triggerOn: Readonly<Record<string, string>>;
	/** The words for all of them together, and the value that means all, where several can be chosen. */
	readonly all?: { readonly words: string; readonly value: string; readonly count: number };
	readonly filters: readonly FilterWords[];
}

/**
 * What the user set, in the words of a person: "missed, 30 s or more, qualified". n8n gets the function as text, so it uses
 * nothing but its parameters; it may be given anything, an expression that has no value among it.
 */
function subtitleOf(
	parameters: { triggerOn?: unknown; filters?: unknown; conditions?: unknown },
	{ triggerOn, all, filters }: SubtitleWords,
): string {
	const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
	const isSet = (value: unknown) => value !== undefined && value !== null && value !== '';
	const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
	const inside = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {});
	const chosen = listOf(parameters.triggerOn).filter(isSet).map(String);
	const isAll = all !== undefined && (chosen.includes(all.value) || chosen.length === all.count);
	const parts = isAll ? [all.words] : chosen.map((value) => triggerOn[value] ?? value);
	const set = inside(parameters.filters);
	for (const { parameter, words = '{}', byValue = {} } of filters) {
		const values = listOf(set[parameter]).filter(isSet).map(String);
		const named = values.map((value) => byValue[value] ?? value).filter((value) => value !== '');
		if (named.length > 0) parts.push(words.replace('{}', () => named.join(' or ')));
	}
	const rows = listOf(inside(parameters.conditions).rows).filter((row) => isSet(inside(row).field));
	if (rows.length > 0) parts.push(rows.length === 1 ? '1 condition' : `${rows.length} conditions`);
	return parts.join(', ');
}

/** The expression of a node's subtitle. The JSON is spread over lines: two braces side by side would end the expression. */
export const subtitle = (words: SubtitleWords) =>
	`={{ (${String(subtitleOf)})($parameter, ${JSON.stringify(words, null, ' ')}) }}`;
