import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

/** Many times what n8n needs from storing an execution to its first step, and well under the 10 s that providers wait. */
const START_WAIT_IN_MS = 3_000;
/** More deliveries than one process has between their answer and the first step of their execution. */
const MAX_REMEMBERED = 1_000;

/** The deliveries whose executions have not begun yet, oldest first, and what to tell the execution's id to. */
const begun = new Map<string, (executionId: string) => void>();

/** Whether executions begin in this process. In queue mode they begin in workers, and an answer has nothing to wait for. */
let runsExecutions = true;

/**
 * Puts the id of the execution into the answer to an accepted delivery. n8n sends that answer once it has stored the
 * execution, but tells the id only to expressions, and one in the webhook's description would cost every delivery, ignored
 * ones too, more than all else together. So the answer waits for the execution's first step, which follows at once and knows.
 */
export function answerWithExecutionId(context: IWebhookFunctions, deliveryId: string, body: IDataObject): IDataObject {
	const executionId = new Promise<string>((resolve) => begun.set(deliveryId, resolve));
	const [oldest] = begun.keys();
	if (begun.size > MAX_REMEMBERED && oldest !== undefined) begun.delete(oldest);

	const response = context.getResponseObject();
	const send = response.json.bind(response);
	response.json = (sent: unknown) => {
		// Whatever else n8n has to say, such as that it could not store the execution, goes out as it is.
		if (sent !== body || !runsExecutions) return send(sent);
		void Promise.race([executionId, sleep(START_WAIT_IN_MS)]).then((id) => {
			if (id === undefined) runsExecutions = false;
			send({ ...body, ...(id === undefined ? {} : { execution_id: id }) });
		});
		return response;
	};
	return body;
}

/** The first step of a delivery's execution has begun. */
export function executionBegan(deliveryId: string, executionId: string): void {
	const tell = begun.get(deliveryId);
	if (tell === undefined) return;
	runsExecutions = true;
	begun.delete(deliveryId);
	tell(executionId);
}
