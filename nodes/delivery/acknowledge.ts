import type { IDataObject, IWebhookFunctions, WorkflowExecuteMode } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

/** How long the first answer of a process waits: whether executions begin in this process at all is not known then. */
const FIRST_PATIENCE_IN_MS = 1_000;
/** Many times what n8n needs from storing an execution to its first step, and well under the 10 s that providers wait. */
const PATIENCE_IN_MS = 5_000;
/** More deliveries than one process has between their acceptance and the first step of their execution. */
const MAX_AWAITED = 1_000;

/**
 * Acknowledges accepted deliveries with the id of their execution. n8n tells that id to expressions in the webhook's
 * description, but one there costs every delivery, ignored ones too, more than all else together. The execution's
 * first step knows it as well and follows at once, so the answer, which n8n sends when the execution is stored, waits for it.
 * In queue mode it begins in a worker, of which this process learns nothing: there answers go out without an id.
 */
export class Acknowledgements {
	private readonly awaited = new Map<string, (executionId: string) => void>();

	private patienceInMs = FIRST_PATIENCE_IN_MS;

	/** Holds the answer `body` back until the execution of this delivery begins. Whatever else n8n says is sent as it is. */
	holdBack(deliveryId: string, response: ReturnType<IWebhookFunctions['getResponseObject']>, body: IDataObject): void {
		const executionId = new Promise<string>((resolve) => this.awaited.set(deliveryId, resolve));
		const [oldest] = this.awaited.keys();
		if (this.awaited.size > MAX_AWAITED && oldest !== undefined) this.awaited.delete(oldest);

		const send = response.json.bind(response);
		response.json = (said: unknown) => {
			if (said !== body || this.patienceInMs === 0) {
				this.awaited.delete(deliveryId);
				return send(said);
			}
			void Promise.race([executionId, sleep(this.patienceInMs)]).then((id) => {
				if (id === undefined) this.patienceInMs = 0;
				this.awaited.delete(deliveryId);
				send(id === undefined ? body : { ...body, execution_id: id });
			});
			return response;
		};
	}

	/** The first step of a delivery's execution has begun in this process. */
	begun(deliveryId: string, executionId: string): void {
		this.patienceInMs = PATIENCE_IN_MS;
		this.awaited.get(deliveryId)?.(executionId);
	}
}

const inProduction = new Acknowledgements();
const inTests = new Acknowledgements();

/** Kept apart, for in queue mode n8n runs what the editor tests in its main process and all else in workers. */
export function acknowledgementsIn(mode: WorkflowExecuteMode): Acknowledgements {
	return mode === 'manual' ? inTests : inProduction;
}
