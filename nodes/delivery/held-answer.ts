import type { IDataObject, IWebhookFunctions, WorkflowExecuteMode } from 'n8n-workflow';
import { sleep, webhookDescriptionFields } from 'n8n-workflow';

import type { Answer } from './answer';
import { bodyOf, ended } from './answer';

/**
 * How long the first answers of a process wait, while nobody knows whether executions begin in it at all. Where n8n stores
 * the execution before it answers, only the id is waited for: 2.41.1 begins the first step 4 to 10 ms later, and within 50
 * ms on a machine that has four times the work it can do.
 */
const FIRST_PATIENCE_IN_MS = { beforeStoring: 1_000, stored: 200 };
/** Many times what n8n needs from storing an execution to its first step, and well under the 10 s that providers wait. */
const PATIENCE_IN_MS = 5_000;
/** More deliveries than one process has between their acceptance and the first step of their execution. */
const MAX_HELD = 1_000;

/**
 * n8n 1.x answers before it stores the execution, 2.x after it (docs/n8n.md, 3). What tells them apart is new in 2.41; a
 * version between is taken for 1.x, which is the careful side.
 */
const ANSWERS_BEFORE_STORING = typeof webhookDescriptionFields !== 'function';

/** Where executions begin: in this process, or in a worker. */
type Place = 'unknown' | 'here' | 'elsewhere';

/**
 * Answers of accepted deliveries, held back until the first step of their execution tells its id. An expression in
 * the webhook's description would know the id too, but costs each delivery, ignored or not, more than everything else
 * together (docs/n8n.md, 5). In queue mode the execution begins in a worker, of which this process learns nothing:
 * there answers go out without an id.
 */
export class HeldAnswers {
	private readonly held = new Map<string, (executionId: string) => void>();

	private executionsBegin: Place = 'unknown';

	constructor(private readonly answersBeforeStoring = ANSWERS_BEFORE_STORING) {}

	/**
	 * Gives the body that webhook() is to return, and holds it back when n8n sends that very object (docs/n8n.md, 4), until
	 * the execution of this delivery has begun. Whatever else n8n sends, an error of its own for example, goes out as it is.
	 */
	hold(
		deliveryId: string,
		response: ReturnType<IWebhookFunctions['getResponseObject']>,
		answer: Answer,
		onFailure: (answer: Answer) => void,
		whereTheyBegin: () => Place = () => 'unknown',
	): IDataObject {
		const body = bodyOf(answer, deliveryId);
		// n8n 2.x has stored the execution when it answers: there it is not worth an expression.
		if (this.answersBeforeStoring && this.executionsBegin === 'unknown') this.executionsBegin = whereTheyBegin();
		if (this.executionsBegin === 'elsewhere') return body;
		const begun = new Promise<string>((resolve) => this.held.set(deliveryId, resolve));
		const [oldest] = this.held.keys();
		if (this.held.size > MAX_HELD && oldest !== undefined) this.held.delete(oldest);

		const send = response.json.bind(response);
		response.json = (sent: unknown) => {
			response.json = send;
			if (sent !== body) {
				this.held.delete(deliveryId);
				return send(sent);
			}
			void this.inPatience(begun).then((id) => {
				this.held.delete(deliveryId);
				if (typeof id === 'string') return send({ ...body, execution_id: id });
				if (this.executionsBegin === 'here' && this.answersBeforeStoring) {
					const { answer: failed } = ended.notBegun();
					onFailure(failed);
					return response.status(failed.status).json(bodyOf(failed, deliveryId));
				}
				if (this.executionsBegin === 'unknown') this.executionsBegin = 'elsewhere';
				return send(body);
			});
			return response;
		};
		return body;
	}

	/** The id of the execution, if it begins while an answer can wait for it. */
	private async inPatience(begun: Promise<string>): Promise<string | void> {
		const beginsHere = () => this.executionsBegin === 'here';
		if (!beginsHere()) {
			const { beforeStoring, stored } = FIRST_PATIENCE_IN_MS;
			const id = await Promise.race([begun, sleep(this.answersBeforeStoring ? beforeStoring : stored)]);
			// Another one may have begun here meanwhile: then this one is only late.
			if (id !== undefined || !beginsHere()) return id;
		}
		return await Promise.race([begun, sleep(PATIENCE_IN_MS)]);
	}

	/** The first step of a delivery's execution has begun, in this process. */
	begun(deliveryId: string, executionId: string): void {
		this.executionsBegin = 'here';
		this.held.get(deliveryId)?.(executionId);
	}
}

/** An installation may have its settings in files too, which no expression can see. */
const MODE_OF_EXECUTIONS =
	'{{ $env.EXECUTIONS_MODE ?? ($env.EXECUTIONS_MODE_FILE || $env.N8N_CONFIG_FILES ? "unknown" : "regular") }}';

/**
 * Where n8n begins executions, as far as it lets a node see that: with N8N_BLOCK_ENV_ACCESS_IN_NODE it does not. What the
 * editor tests begins in this process in queue mode too, unless n8n is told otherwise.
 */
export function whereExecutionsBegin(context: IWebhookFunctions): Place {
	try {
		const mode = context.evaluateExpression(MODE_OF_EXECUTIONS);
		if (mode === 'regular') return 'here';
		return mode === 'queue' && context.getMode() !== 'manual' ? 'elsewhere' : 'unknown';
	} catch {
		return 'unknown';
	}
}

const inProduction = new HeldAnswers();
const inTests = new HeldAnswers();

/** Kept apart, for in queue mode n8n runs what the editor tests in its main process and all else in workers. */
export function heldAnswers(mode: WorkflowExecuteMode): HeldAnswers {
	return mode === 'manual' ? inTests : inProduction;
}
