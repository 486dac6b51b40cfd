export { type FanOutOptions, fanOutPages } from "./fan-out-pages.ts";
export { type ConsumerToRegister, type RegisterConsumerContext, registerConsumer } from "./register-consumer.ts";
