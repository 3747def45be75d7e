'use strict';

/** Loads its credential and accepts whatever comes: the least that any trigger with a secret can do. */
class AcceptPeer {
	description = {
		displayName: 'Accept Peer Trigger',
		name: 'acceptPeer',
		group: ['trigger'],
		// n8n evaluates an expression of its own for each request to a node of version 1; a peer should not pay for that.
		version: 2,
		description: 'Accepts every delivery',
		defaults: { name: 'Accept Peer Trigger' },
		inputs: [],
		outputs: ['main'],
		credentials: [{ name: 'callScalerWebhookApi', required: true }],
		webhooks: [{ name: 'default', httpMethod: 'POST', path: 'accept', responseMode: 'onReceived', responseData: '' }],
		properties: [],
	};

	async webhook() {
		await this.getCredentials('callScalerWebhookApi');
		return { webhookResponse: { status: 'accepted' }, workflowData: [[{ json: this.getBodyData() }]] };
	}
}

module.exports = { AcceptPeer };
