import type { IExecuteFunctions } from 'n8n-workflow';

import type { ListOfN8n } from '../memory/n8n-list';

/** n8n's list of calls, as an execution has it. Why it cannot be read or written, n8n itself does not log. */
export function listOfN8n(context: IExecuteFunctions): ListOfN8n {
	const { helpers, logger } = context;
	return {
		checkProcessedAndRecord: helpers.checkProcessedAndRecord.bind(helpers),
		removeProcessed: helpers.removeProcessed.bind(helpers),
		onFailure: (error: unknown) =>
			logger.warn(`${context.getNode().name}: n8n could not read or write its list of calls: ${String(error)}`),
	};
}
