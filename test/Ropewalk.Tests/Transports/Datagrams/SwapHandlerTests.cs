using System.Net;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Tests.Transports.Datagrams;

/// <summary>A reload: the port stays, what it calls is swapped, and what was there before is left alone from a moment that can be awaited.</summary>
public sealed class SwapHandlerTests
{
    [Theory]
    [InlineData(DatagramKind.Batched)]
    [InlineData(DatagramKind.Portable)]
    [InlineData(DatagramKind.Memory)]
    public async Task Under_traffic_every_datagram_is_answered_and_no_retired_handler_is_called(DatagramKind kind)
    {
        kind.Require();
        const int total = 20_000;
        const int window = 32;
        IDatagramPortFactory network = kind.NewNetwork();
        int calledWhenRetired = 0;
        DatagramPortOptions options = kind.NewOptions();
        options.Workers = 2;
        await using IDatagramPort port = await network.BindAsync(Loopback, new Generation().Echo, options);
        var at = new PeerAddress(port.LocalEndPoint);

        // several sources, so that both workers have something to do; each answer asks the next question
        var done = new CountdownEvent(total);
        int asked = 0;
        IDatagramPort[] sources = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            async _ => await network.BindAsync(Loopback, AskNext, kind.NewOptions())));
        foreach (IDatagramPort source in sources)
        {
            for (int i = 0; i < window / sources.Length; i++)
            {
                Interlocked.Increment(ref asked); // the first answers are being taken already
                Assert.True(source.TrySend(at, "question"u8));
            }
        }

        int swaps = 0;
        for (var current = new Generation(); !done.IsSet; swaps++)
        {
            Generation next = new();
            await port.SwapHandlerAsync(current.Echo).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
            await port.SwapHandlerAsync(next.Echo).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
            current.Retired = true;
            calledWhenRetired += current.CalledWhenRetired;
            current = next;
            await Task.Yield();
        }

        Assert.Equal(0, calledWhenRetired);
        Assert.True(swaps > 1);
        await port.StopAsync();
        Assert.Equal(total, port.ReadCounters().Sent);
        foreach (IDatagramPort source in sources)
        {
            await source.DisposeAsync();
        }

        void AskNext(ref DatagramBatch batch)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                if (Interlocked.Increment(ref asked) <= total)
                {
                    batch.Reply(i, "question"u8);
                }

                done.Signal();
            }
        }
    }

    [Fact]
    public async Task Waits_for_a_handler_that_is_running_and_can_be_called_from_inside_one()
    {
        var network = new MemoryDatagramTransport();
        using var inside = new SemaphoreSlim(0);
        using var gate = new ManualResetEventSlim();
        Task? fromInside = null;
        IDatagramPort? port = null;
        port = await network.BindAsync(
            Loopback,
            (ref DatagramBatch batch) =>
            {
                fromInside = port!.SwapHandlerAsync(Upper);
                inside.Release();
                gate.Wait();
                batch.Reply(0, "old"u8);
            });
        await using RecordingPort client = await RecordingPort.BindAsync(network, new DatagramPortOptions());
        client.Send(port.LocalEndPoint, "?");
        await inside.WaitAsync();
        Task fromOutside = port.SwapHandlerAsync(Upper);
        Assert.False(fromInside!.IsCompleted);
        Assert.False(fromOutside.IsCompleted);
        gate.Set();
        await Task.WhenAll(fromInside, fromOutside).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        Assert.Equal("old", await client.ReceiveTextAsync());
        client.Send(port.LocalEndPoint, "?");
        Assert.Equal("NEW", await client.ReceiveTextAsync());
        await port.DisposeAsync();

        static void Upper(ref DatagramBatch batch) => batch.Reply(0, "NEW"u8);
    }

    private static IPEndPoint Loopback => new(IPAddress.Loopback, 0);

    private sealed class Generation
    {
        public volatile bool Retired;
        public volatile int CalledWhenRetired;

        public void Echo(ref DatagramBatch batch)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                batch.ReplyInPlace(i, batch[i].Payload.Length);
            }

            if (Retired)
            {
                CalledWhenRetired = 1;
            }
        }
    }
}
