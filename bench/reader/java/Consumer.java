// The KCL for Java, polling, with a processor that looks at each user record. Tells a digest of each shard's first page as
// "page <shard> <digest>"; for each line on its input "stat <records> <wrong> <nanoseconds of CPU> <bytes resident, or 0>".
// It ends with its input.

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.atomic.LongAdder;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.coordinator.CoordinatorConfig.ClientVersionConfig;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.processor.SingleStreamTracker;
import software.amazon.kinesis.retrieval.KinesisClientRecord;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

public final class Consumer {
  private static final LongAdder RECORDS = new LongAdder();
  private static final LongAdder WRONG = new LongAdder();

  private record Load(int recordBytes, int recordsAPage, int keyLength, byte firstByte) {}

  private static final class Processor implements ShardRecordProcessor {
    private final Load load;
    private final MessageDigest firstPage;
    private int left;
    private String shardId;

    Processor(Load load) {
      this.load = load;
      this.left = load.recordsAPage();
      try {
        this.firstPage = MessageDigest.getInstance("MD5");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void initialize(InitializationInput input) {
      shardId = input.shardId();
    }

    @Override
    public void processRecords(ProcessRecordsInput input) {
      long wrong = 0;
      for (KinesisClientRecord record : input.records()) {
        ByteBuffer data = record.data();
        boolean isRight =
            data.remaining() == load.recordBytes()
                && data.get(data.position()) == load.firstByte()
                && record.partitionKey().length() == load.keyLength();
        if (!isRight) wrong++;
        if (left > 0) compare(record);
      }
      RECORDS.add(input.records().size());
      WRONG.add(wrong);
    }

    private void compare(KinesisClientRecord record) {
      firstPage.update(record.partitionKey().getBytes(StandardCharsets.UTF_8));
      firstPage.update(record.data().duplicate());
      left--;
      if (left == 0) tell("page " + shardId + " " + HexFormat.of().formatHex(firstPage.digest()));
    }

    @Override
    public void leaseLost(LeaseLostInput input) {}

    @Override
    public void shardEnded(ShardEndedInput input) {}

    @Override
    public void shutdownRequested(ShutdownRequestedInput input) {}
  }

  public static void main(String[] args) throws IOException {
    URI kinesisEndpoint = URI.create(args[0]);
    URI tables = URI.create(args[1]);
    String stream = args[2];
    String application = args[3];
    Load load =
        new Load(
            Integer.parseInt(args[4]), Integer.parseInt(args[5]), Integer.parseInt(args[6]), Byte.parseByte(args[7]));

    StaticCredentialsProvider credentials =
        StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "secret"));
    Region region = Region.US_EAST_1;
    KinesisAsyncClient kinesis =
        KinesisAsyncClient.builder()
            .region(region)
            .credentialsProvider(credentials)
            .endpointOverride(kinesisEndpoint)
            .httpClient(NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1).maxConcurrency(100).build())
            .build();
    DynamoDbAsyncClient dynamodb =
        DynamoDbAsyncClient.builder().region(region).credentialsProvider(credentials).endpointOverride(tables).build();
    // Asked for nothing: no metrics are kept.
    CloudWatchAsyncClient cloudwatch =
        CloudWatchAsyncClient.builder().region(region).credentialsProvider(credentials).endpointOverride(tables).build();

    ConfigsBuilder configs =
        new ConfigsBuilder(
            new SingleStreamTracker(
                stream, InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON)),
            application,
            kinesis,
            dynamodb,
            cloudwatch,
            "worker",
            () -> new Processor(load));
    // Without pause: the option for it takes no less than 200 ms.
    PollingConfig polling =
        new PollingConfig(stream, kinesis).maxRecords(10_000).sleepTimeController(input -> 0L);
    Scheduler scheduler =
        new Scheduler(
            configs.checkpointConfig(),
            // A mode that starts without an index of the lease table. The short times are for the start alone.
            configs
                .coordinatorConfig()
                .parentShardPollIntervalMillis(500)
                .shardConsumerDispatchPollIntervalMillis(200)
                .clientVersionConfig(ClientVersionConfig.CLIENT_VERSION_CONFIG_COMPATIBLE_WITH_2X_PHASE1),
            configs
                .leaseManagementConfig()
                .failoverTimeMillis(2_000)
                .shardSyncIntervalMillis(2_000)
                .listShardsCacheAllowedAgeInSeconds(1),
            configs.lifecycleConfig(),
            configs.metricsConfig().metricsFactory(new NullMetricsFactory()),
            configs.processorConfig(),
            configs.retrievalConfig().retrievalSpecificConfig(polling));
    Thread thread = new Thread(scheduler, "scheduler");
    thread.setDaemon(true);
    thread.start();

    OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (input.readLine() != null) {
      tell("stat " + RECORDS.sum() + " " + WRONG.sum() + " " + system.getProcessCpuTime() + " " + residentBytes());
    }
    Runtime.getRuntime().halt(0);
  }

  private static synchronized void tell(String line) {
    System.out.println(line);
    System.out.flush();
  }

  /** Java itself does not know. */
  private static long residentBytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) return 0;
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
    }
    return 0;
  }
}
