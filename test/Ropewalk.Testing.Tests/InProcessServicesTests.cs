using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;
using Ropewalk.Framing;
using Ropewalk.Hosting;
using Ropewalk.Sessions;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Testing.Tests;

/// <summary>Services of datagrams and streams inside a test, and faults of what is sent.</summary>
public sealed class InProcessServicesTests
{
    [Fact]
    public async Task Datagrams_are_answered_in_memory()
    {
        await using InProcessServer server = await StartAsync();
        await using Asker asker = await Asker.StartAsync(server);
        Assert.Equal("hello hello", await asker.AskAsync("hello"));
    }

    [Fact]
    public async Task Datagrams_and_streams_share_a_port_of_the_systems_choosing()
    {
        await using InProcessServer server = await InProcessServer.StartAsync(p => p.UsePort().UseServices(Twice));
        await using Asker asker = await Asker.StartAsync(server);
        Assert.Equal("hello hello", await asker.AskAsync("hello"));
        await using ConnectionContext stream = await server.Context.ConnectAsync(EndpointSpec.Parse($"tcp:{server.AddressOf(7)}"));
        Assert.Equal("7", await LineOf(stream));
        Assert.Throws<InvalidOperationException>(() => server.Inject(DatagramFault.Lose));
    }

    [Fact]
    public async Task Streams_are_reached_at_any_address_in_memory_and_nothing_else_is()
    {
        await using InProcessServer server = await StartAsync();
        foreach (string at in (string[])["tcp:127.0.0.1:7", "tcp:192.0.2.1:7", "tcp:[2001:db8::1]:7"])
        {
            await using ConnectionContext stream = await server.Context.ConnectAsync(EndpointSpec.Parse(at));
            Assert.Equal("7", await LineOf(stream));
            Assert.Equal(EndpointSpec.Parse(at), EndpointSpec.FromEndPoint(stream.RemoteEndPoint!));
        }

        await Assert.ThrowsAnyAsync<IOException>(async () => await server.Context.ConnectAsync(EndpointSpec.Parse("tcp:127.0.0.1:8")));
    }

    [Fact]
    public async Task A_lost_datagram_never_comes()
    {
        await using InProcessServer server = await StartAsync();
        await using Asker asker = await Asker.StartAsync(server);
        using (InjectedDatagramFault fault = server.Inject(DatagramFault.Lose, sent => sent.To.Port == 7, times: 1))
        {
            Task<string> lost = asker.AskAsync("one");
            await server.AdvanceAsync(TimeSpan.FromHours(1));
            Assert.False(lost.IsCompleted);
            Assert.Equal(1, fault.Hits);
            Assert.Equal("two two", await asker.AskAsync("two"));
        }
    }

    [Fact]
    public async Task A_late_datagram_comes_when_it_is_due()
    {
        await using InProcessServer server = await StartAsync();
        await using Asker asker = await Asker.StartAsync(server);
        InjectedDatagramFault fault = server.Inject(DatagramFault.Late(TimeSpan.FromMinutes(1)), sent => Encoding.ASCII.GetString(sent.Payload.Span) == "one one");
        Task<string> late = asker.AskAsync("one");
        Assert.Equal("two two", await asker.AskAsync("two"));
        fault.Dispose();
        await server.AdvanceAsync(TimeSpan.FromMinutes(1) - TimeSpan.FromMilliseconds(1));
        Assert.False(late.IsCompleted);
        await server.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        Assert.Equal("one one", await late);
    }

    [Fact]
    public async Task A_doubled_datagram_is_answered_twice()
    {
        await using InProcessServer server = await StartAsync();
        await using Asker asker = await Asker.StartAsync(server);
        using InjectedDatagramFault fault = server.Inject(DatagramFault.Duplicate, sent => sent.To.Port == 7);
        Assert.Equal("one one", await asker.AskAsync("one"));
        await server.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal(2, asker.Received);
    }

    [Fact]
    public async Task Neighbours_share_a_network()
    {
        await using InProcessServer server = await StartAsync();
        await using InProcessServer other = await InProcessServer.StartAsync(p => p.UseMemory("other", server).UseServices(services => services.ListenDatagrams("udp:8", static (ref DatagramBatch batch) => batch.Reply(0, "8"u8))));
        await using Asker asker = await Asker.StartAsync(other, 7);
        Assert.Equal("x x", await asker.AskAsync("x"));
    }

    [Fact]
    public async Task What_cannot_start_says_why()
    {
        Exception thrown = await Assert.ThrowsAnyAsync<Exception>(() => InProcessServer.StartAsync(p => p.UseServices(services => services.ListenDatagrams("udp:none:none", static (ref _) => { }))));
        Assert.StartsWith("Cannot start: an endpoint: at offset 9:", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_ends_them()
    {
        await using InProcessServer server = await StartAsync();
        await server.StopAsync();
        await Assert.ThrowsAnyAsync<IOException>(async () => await server.Context.ConnectAsync(EndpointSpec.Parse("tcp:127.0.0.1:7")));
    }

    private static Task<InProcessServer> StartAsync() => InProcessServer.StartAsync(p => p.UseServices(Twice));

    private static void Twice(RopewalkBuilder services) => services
        .ListenDatagrams("udp:7", static (ref DatagramBatch batch) =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                string text = Encoding.ASCII.GetString(batch[i].Payload);
                batch.Reply(i, Encoding.ASCII.GetBytes($"{text} {text}"));
            }
        })
        .Listen("tcp:7", pipeline => pipeline.Run(static async connection => await connection.Transport.Output.WriteAsync("7\r\n"u8.ToArray())));

    private static async Task<string> LineOf(ConnectionContext stream)
    {
        await foreach (var line in stream.Transport.Input.ReadFramesAsync(Frames.Lines(100)))
        {
            return Encoding.ASCII.GetString(line);
        }

        return "";
    }

    private sealed class Asker : IAsyncDisposable
    {
        private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _asked = [];
        private IDatagramPort? _port;
        private PeerAddress _server;
        private int _received;

        public int Received => Volatile.Read(ref _received);

        public static async Task<Asker> StartAsync(InProcessServer server, int port = 7)
        {
            var asker = new Asker { _server = new PeerAddress(server.AddressOf(port)) };
            asker._port = await server.Context.DatagramPorts.BindAsync(new IPEndPoint(IPAddress.Loopback, 0), asker.Receive);
            return asker;
        }

        public Task<string> AskAsync(string text)
        {
            Task<string> answer = _asked.GetOrAdd(text, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            Assert.True(_port!.TrySend(_server, Encoding.ASCII.GetBytes(text)));
            return answer;
        }

        public ValueTask DisposeAsync() => _port!.DisposeAsync();

        private void Receive(ref DatagramBatch batch)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                Interlocked.Increment(ref _received);
                string text = Encoding.ASCII.GetString(batch[i].Payload);
                _asked[text.Split(' ')[0]].TrySetResult(text);
            }
        }
    }
}
