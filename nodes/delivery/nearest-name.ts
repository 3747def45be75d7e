/** More names or longer ones are not looked through: a sender decides how many fields a call has. */
const MOST_NAMES = 200;
const LONGEST_NAME = 60;

/** A name without what people write differently: `AI Score`, `ai-score` and `aiScore` are `aiscore`. */
const bare = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** How many letters have to be added, taken away or changed to make one of the other (Levenshtein's distance). */
function distance(one: string, other: string): number {
	const letters = [...other];
	let row = [0, ...letters.map((_, at) => at + 1)];
	for (const [line, letter] of [...one].entries()) {
		const next = [line + 1];
		for (const [at, theirs] of letters.entries()) {
			const [diagonal = 0, above = 0] = [row[at], row[at + 1]];
			next.push(Math.min(above + 1, (next[at] ?? 0) + 1, diagonal + (letter === theirs ? 0 : 1)));
		}
		row = next;
	}
	return row.at(-1) ?? 0;
}

/**
 * The name that somebody who wrote `wanted` most likely meant: the same but for case and punctuation, else one that
 * holds it or is held by it, else one that a third of the letters at most make of it. Undefined where none is near.
 */
export function nearestName(wanted: string, names: readonly string[]): string | undefined {
	const sought = bare(wanted);
	if (sought.length > LONGEST_NAME) return undefined;
	const near = names
		.slice(0, MOST_NAMES)
		.filter((name) => name.length <= LONGEST_NAME)
		.map((name) => ({ name, distance: distanceOf(sought, bare(name)) }))
		.filter(({ distance: far }) => far <= sought.length / 3)
		.sort((a, b) => a.distance - b.distance);
	return near[0]?.name;
}

function distanceOf(sought: string, name: string): number {
	if (sought === name) return 0;
	const [shorter, longer] = sought.length < name.length ? [sought, name] : [name, sought];
	// "Duration" is part of duration_seconds; two letters are part of too much.
	if (shorter.length > 3 && longer.includes(shorter)) return 0.5 + (longer.length - shorter.length) / 100;
	return distance(sought, name);
}
