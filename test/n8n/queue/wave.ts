import { type Answer, deliver, type Delivery, type Sink } from '../harness';

/** Every delivery several times, all at once. The answers of each are together, in the order of the deliveries. */
export async function deliverAllAtOnce(url: string, deliveries: Delivery[], times: number): Promise<Answer[][]> {
	return await Promise.all(
		deliveries.map(
			async (delivery) => await Promise.all(Array.from({ length: times }, async () => await deliver(url, delivery))),
		),
	);
}

/** Splits a list, so that a burst of each part can be borne by a small machine. */
export function inParts<Entry>(entries: Entry[], size: number): Entry[][] {
	return Array.from({ length: Math.ceil(entries.length / size) }, (_, part) =>
		entries.slice(part * size, (part + 1) * size),
	);
}

/** How often each answer was given: `200 accepted`, `409 in_progress` … */
export function tally(answers: Answer[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const { status, json } of answers) {
		const verdict = typeof json === 'object' && json !== null && 'status' in json ? ` ${String(json.status)}` : '';
		const name = `${status}${verdict}`;
		counts[name] = (counts[name] ?? 0) + 1;
	}
	return counts;
}

/** How many of the calls had no side effect, one, two … */
export function sideEffectsPerCall(sink: Sink, field: string, ids: string[]): Record<number, number> {
	const effects = sink.countBy((item) => String(item[field]));
	const counts: Record<number, number> = {};
	for (const id of ids) {
		const count = effects.get(id) ?? 0;
		counts[count] = (counts[count] ?? 0) + 1;
	}
	return counts;
}
