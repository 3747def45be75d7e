import { type Answer, deliver, type Delivery, type Sink } from '../../../host';
import { countBy } from '../support/verdict';

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

/** How many of the calls had no side effect, one, two … */
export function sideEffectsPerCall(sink: Sink, field: string, ids: string[]): Record<number, number> {
	const effects = sink.countBy((item) => String(item[field]));
	return countBy(ids, (id) => effects.get(id) ?? 0);
}
