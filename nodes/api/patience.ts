import type { IDataObject } from 'n8n-workflow';

import type { ApiRequest } from '../provider/calls-api';
import type { Access } from './access';
import type { ApiClock } from './clock';
import { troubleOf } from './trouble';

/** So long, and so often in a row, it is waited where the API wants that, rather than to begin anew. */
const LONGEST_PAUSE_IN_MS = 60_000;
const MOST_PAUSES = 3;

/** By what it asks again. */
interface Patience {
	readonly clock: ApiClock;
	readonly pace: { readonly wait: (milliseconds: number) => Promise<void> };
	readonly end: AbortController;
}

/**
 * The same access, for one asking: where the API has answered something that would be asked for anew, and then wants a short
 * pause, it asks again after that, unless the asking has ended meanwhile. Tells the clock what time it is there.
 */
export function patient<Call extends IDataObject>(access: Access<Call>, { clock, pace, end }: Patience): Access<Call> {
	let hasAnswered = false;
	const ask = async (request: ApiRequest) => {
		for (let pauses = hasAnswered ? MOST_PAUSES : 0; ; pauses--) {
			try {
				const answer = await access.ask(request);
				clock.tell(answer.date);
				hasAnswered = true;
				return answer;
			} catch (error) {
				const trouble = troubleOf(error, access.named);
				const { retryAfterMs = Infinity } = trouble;
				if (pauses === 0 || retryAfterMs > LONGEST_PAUSE_IN_MS) throw trouble;
				await pace.wait(retryAfterMs);
				if (end.signal.aborted) throw trouble;
			}
		}
	};
	return { ...access, ask };
}
