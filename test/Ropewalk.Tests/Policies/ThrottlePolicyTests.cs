using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Ropewalk.Policies;
using Ropewalk.Testing;

namespace Ropewalk.Tests.Policies;

public sealed class ThrottlePolicyTests
{
    private readonly VirtualTime _time = new();

    [Fact]
    public async Task Receiving_keeps_to_its_rate()
    {
        (ConnectionContext client, ConnectionContext server) = PolicyPair.Create();
        long received = 0;
        _ = new ThrottlePolicy(new ThrottleOptions { ReceiveBytesPerSecond = 10_000, BurstBytes = 10_000, TimeProvider = _time }).Apply(async connection =>
        {
            while (true)
            {
                ReadResult read = await connection.Transport.Input.ReadAsync();
                Interlocked.Add(ref received, read.Buffer.Length);
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
            }
        })(server);
        _ = client.Transport.Output.WriteAsync(new byte[1_000_000]).AsTask();
        await RunAsync(TimeSpan.FromSeconds(60), () => Interlocked.Read(ref received));

        // the burst, 60 s of rate, and at most one read of the transport in debt
        Assert.InRange(Interlocked.Read(ref received), 600_000, 610_000 + 65_536);
    }

    [Fact]
    public async Task Sending_keeps_to_its_rate()
    {
        (ConnectionContext client, ConnectionContext server) = PolicyPair.Create();
        long sent = 0;
        _ = new ThrottlePolicy(new ThrottleOptions { SendBytesPerSecond = 1_000, BurstBytes = 1_000, TimeProvider = _time }).Apply(async connection =>
        {
            while (true)
            {
                await connection.Transport.Output.WriteAsync(new byte[500]);
                Interlocked.Add(ref sent, 500);
            }
        })(server);
        _ = DrainAsync(client);
        await RunAsync(TimeSpan.FromSeconds(60), () => Interlocked.Read(ref sent));
        Assert.InRange(Interlocked.Read(ref sent), 60_000, 62_000);
    }

    [Fact]
    public async Task A_waiting_read_can_be_cancelled()
    {
        (ConnectionContext client, ConnectionContext server) = PolicyPair.Create();
        var result = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = new TaskCompletionSource<PipeReader>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = new ThrottlePolicy(new ThrottleOptions { ReceiveBytesPerSecond = 1, BurstBytes = 1, TimeProvider = _time }).Apply(async connection =>
        {
            ReadResult read = await connection.Transport.Input.ReadAtLeastAsync(100);
            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            ValueTask<ReadResult> next = connection.Transport.Input.ReadAsync();
            Assert.False(next.IsCompleted);
            waiting.SetResult(connection.Transport.Input);
            result.SetResult((await next).IsCanceled);
        })(server);
        await client.Transport.Output.WriteAsync(new byte[100]);
        (await waiting.Task.WaitAsync(PolicyPair.Patience)).CancelPendingRead();
        Assert.True(await result.Task.WaitAsync(PolicyPair.Patience));
    }

    [Fact]
    public void Every_wrong_setting_is_told()
    {
        Assert.Equal(3, Assert.Throws<OptionsValidationException>(new ThrottleOptions { ReceiveBytesPerSecond = 0, SendBytesPerSecond = -1, BurstBytes = 0 }.Validate).Failures.Count());
        Assert.Single(Assert.Throws<OptionsValidationException>(new ThrottleOptions().Validate).Failures);
    }

    // moves the clock whenever everybody waits for it
    private async Task RunAsync(TimeSpan duration, Func<long> progress)
    {
        TimeSpan end = _time.Elapsed + duration;
        while (_time.Elapsed < end)
        {
            long before = -1;
            for (int quiet = 0; quiet < 50 || _time.ArmedTimers == 0; quiet++)
            {
                await Task.Yield();
                quiet = progress() == before ? quiet : 0;
                before = progress();
            }

            _time.Advance(_time.UntilNextTimer is { } next && next < end - _time.Elapsed ? next : end - _time.Elapsed);
        }
    }

    private static async Task DrainAsync(ConnectionContext connection)
    {
        while (true)
        {
            ReadResult read = await connection.Transport.Input.ReadAsync();
            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }
}
