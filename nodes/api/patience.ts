import type { IDataObject } from 'n8n-workflow';

import type { Access, ApiRequest } from './access';
import type { ApiClock } from './clock';
import { troubleOf } from './trouble';

/** So long, and so often in a row, it is waited where the API wants that, rather than to begin anew. */
const LONGEST_PAUSE_IN_MS = 60_000;
const MOST_PAUSES = 3;

/**
 * The same access, which asks again after a pause where the API wants a short one, and tells the clock what time it is there.
 * `wait` gives whether it still may ask.
 */
export function patient<Call extends IDataObject>(
	access: Access<Call>,
	clock: ApiClock,
	wait: (milliseconds: number) => Promise<boolean>,
): Access<Call> {
	const ask = async (request: ApiRequest) => {
		for (let pauses = request.mayWait ? MOST_PAUSES : 0; ; pauses--) {
			try {
				const answer = await access.ask(request);
				clock.tell(answer.date);
				return answer;
			} catch (error) {
				const trouble = troubleOf(error, access.named);
				const { retryAfterMs = Infinity } = trouble;
				if (pauses === 0 || retryAfterMs > LONGEST_PAUSE_IN_MS || !(await wait(retryAfterMs))) throw trouble;
			}
		}
	};
	return { ...access, ask };
}
