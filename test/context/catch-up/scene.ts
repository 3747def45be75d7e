import type { IDataObject, WorkflowActivateMode } from 'n8n-workflow';

import { List } from '../../../host/core';
import { type CallFlow, CallsApi, type CallScalerCall } from '../../../host/simulators';
import { CallScalerTrigger } from '../../../nodes/CallScaler/CallScalerTrigger.node';
import { callScaler } from '../../../nodes/CallScaler/provider';
import { Hosted, inNoTime, type Kept, noteTheLog as noteTheLogOf, putClockForward } from './hosted';

export { logged, MINUTE_IN_MS, pass, unusableBetween } from './hosted';

const nodeType = inNoTime(new CallScalerTrigger(), callScaler);

export const noteTheLog = (): void => noteTheLogOf(nodeType);

/** What the user has set. */
interface UserSet {
	parameters: IDataObject;
	credential?: IDataObject;
}

/** A trigger that catches up, in n8n-core's contexts, with CallScaler's API beside it. */
export class Scene extends Hosted {
	private constructor(
		readonly api: CallsApi,
		readonly flow: CallFlow,
		kept: Kept,
		{ parameters, credential = {} }: UserSet,
	) {
		super(api, kept, {
			nodeType,
			parameters: { catchUpCallFlows: [flow.id], ...parameters },
			credentials: { callScalerApi: credential },
		});
		this.parameters = parameters;
	}

	readonly parameters: IDataObject;

	/** `others` are call flows that the API does not know. */
	static async open(parameters: IDataObject = {}, credential: IDataObject = {}, others: string[] = []): Promise<Scene> {
		const api = await CallsApi.open();
		const flow = api.business.callFlow('Google Ads');
		const callFlows = others.length === 0 ? {} : { catchUpCallFlows: [flow.id, ...others] };
		const kept = { list: new List(), staticData: {} };
		return new Scene(api, flow, kept, { parameters: { ...callFlows, ...parameters }, credential });
	}

	/**
	 * The trigger after n8n was killed, or published with other parameters: nothing is left but what n8n has saved. `fates` are
	 * those of its first executions.
	 */
	async restart(
		parameters = this.parameters,
		fates: Scene['fates'] = [],
		activation: WorkflowActivateMode = 'init',
	): Promise<Scene> {
		await this.stop();
		const next = new Scene(this.api, this.flow, this.kept, { parameters });
		next.fates.push(...fates);
		await next.start(activation);
		return next;
	}

	/** Somebody puts n8n's clock forward, and that alone. */
	putN8nsClockForward(milliseconds: number): void {
		putClockForward(milliseconds);
		this.api.clock.forward(-milliseconds);
	}

	/** A call whose webhook comes to this process. */
	async deliver(change: CallScalerCall = {}, n8nAnswers = 200): Promise<CallScalerCall> {
		const call = this.api.business.call(this.flow, change);
		await this.send(call, n8nAnswers);
		return call;
	}

	/** A call that ended half an hour ago by the API's clock, whose webhook never came. */
	undelivered(change: CallScalerCall = {}): CallScalerCall {
		return this.api.business.call(this.flow, change);
	}

	get ids(): unknown[] {
		return this.handled.map((item) => item.call_id);
	}
}
