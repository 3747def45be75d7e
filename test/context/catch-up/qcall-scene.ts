import type { IDataObject } from 'n8n-workflow';

import { List } from '../../../host/core';
import {
	type Assistant,
	type Campaign,
	type KnownCall,
	QCallApi,
	type QCallParameters,
} from '../../../host/simulators';
import { qCall } from '../../../nodes/QCall/provider';
import { QCallTrigger } from '../../../nodes/QCall/QCallTrigger.node';
import { Hosted, inNoTime, type Kept, noteTheLog as noteTheLogOf } from './hosted';

export { logged, MINUTE_IN_MS, pass } from './hosted';

const nodeType = inNoTime(new QCallTrigger(), qCall);

export const noteTheLog = (): void => noteTheLogOf(nodeType);

/** A QCall Trigger that catches up, in n8n-core's contexts, with QCall's API beside it. */
export class QCallScene extends Hosted {
	private constructor(
		readonly api: QCallApi,
		readonly ava: Assistant,
		kept: Kept,
		readonly parameters: IDataObject,
	) {
		super(api, kept, {
			nodeType,
			parameters: { catchUpAssistants: [ava.name], ...parameters },
			credentials: { qCallApi: {} },
		});
	}

	static async open(parameters: IDataObject = {}): Promise<QCallScene> {
		const api = await QCallApi.open();
		return new QCallScene(api, api.workspace.assistant('Ava'), { list: new List(), staticData: {} }, parameters);
	}

	/** The trigger after n8n was killed: nothing is left but what n8n has saved. */
	async restart(parameters = this.parameters): Promise<QCallScene> {
		await this.stop();
		const next = new QCallScene(this.api, this.ava, this.kept, parameters);
		await next.start('init');
		return next;
	}

	/** A call that has just ended, whose webhook comes to this process; `asSent` is what the model makes of it. */
	async deliver(asSent: QCallParameters = {}, of: Assistant | Campaign = this.ava): Promise<KnownCall> {
		const call = this.api.workspace.call(of);
		await this.send({ ...call.delivered, ...asSent });
		return call;
	}

	/** A call that has just ended, whose webhook never comes. */
	undelivered(change: QCallParameters = {}, of: Assistant | Campaign = this.ava): KnownCall {
		return this.api.workspace.call(of, change);
	}

	/** What came by catching up, by QCall's ids. */
	get caughtUp(): unknown[] {
		return this.handled.flatMap(({ call_sid }) => (call_sid ? [call_sid] : []));
	}
}
