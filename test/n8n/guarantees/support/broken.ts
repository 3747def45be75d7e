import { node, type WorkflowNode } from '../../../../host';

/** A node behind the trigger whose credential is gone: n8n ends each execution before its first step, and has no call of it. */
export const broken = (): WorkflowNode => ({
	...node('n8n-nodes-base.httpRequest', 4.2, 'Broken', {
		url: 'http://127.0.0.1:9/',
		authentication: 'genericCredentialType',
		genericAuthType: 'httpHeaderAuth',
	}),
	credentials: { httpHeaderAuth: { id: null, name: 'Gone' } },
});
