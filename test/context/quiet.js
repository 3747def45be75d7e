// n8n's log of every refused delivery would bury what a failing test says.
process.env.N8N_LOG_LEVEL = 'silent';
