// Reads {"cases": [{secret, headers, body}]} and answers, for each, whether the standard's library accepts it.
"use strict";
const { Webhook } = require("standardwebhooks");

let input = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (piece) => (input += piece));
process.stdin.on("end", () => {
  const verdicts = JSON.parse(input).cases.map(({ secret, headers, body }) => {
    try {
      const said = new Webhook(secret).verify(Buffer.from(body, "base64").toString("utf8"), headers);
      return { accepted: true, event: said && said.data ? said.data.event_id : null };
    } catch (error) {
      return { accepted: false, why: `${error.name}: ${error.message}` };
    }
  });
  process.stdout.write(JSON.stringify(verdicts));
});
