"""Customer-response KPIs from five Kafka topics: a pure core, and a thin shell of Faust around it."""
