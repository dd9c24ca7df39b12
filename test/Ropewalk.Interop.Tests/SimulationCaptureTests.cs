using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Testing;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Interop.Tests;

/// <summary>What a simulation captures, as Wireshark's dissectors read it.</summary>
public sealed class SimulationCaptureTests : IAsyncLifetime
{
    private static readonly string[] Checked = ["-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"];

    private readonly string _file = Path.GetTempFileName();
    private DateTimeOffset _start;
    private TimeSpan _took;

    public async ValueTask InitializeAsync() =>
        await Simulation.RunAsync(RunAsync, new SimulationOptions { Mode = SimulationMode.Strict, Seed = 1, Capture = true });

    public ValueTask DisposeAsync()
    {
        File.Delete(_file);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Every_packet_is_well_formed_and_its_checksums_are_right()
    {
        string[] protocols = await FieldsAsync("", "frame.protocols");
        Assert.Equal(["raw:ip:tcp", "raw:ip:tcp:data", "raw:ip:udp:data", "raw:ipv6:tcp", "raw:ipv6:tcp:data", "raw:ipv6:udp:data"], protocols.Distinct().Order(StringComparer.Ordinal));
        Assert.Empty(await FieldsAsync("_ws.malformed || _ws.expert.severity == \"Error\"", "frame.number", "_ws.expert.message"));
        Assert.Empty(await FieldsAsync("tcp.checksum.status != \"Good\" || udp.checksum.status != \"Good\" || ip.checksum.status != \"Good\"", "frame.number"));
    }

    [Fact]
    public async Task Streams_are_complete_and_nothing_in_them_is_lost_or_out_of_order()
    {
        Assert.Empty(await FieldsAsync("tcp.analysis.flags", "frame.number", "_ws.expert.message"));
        // 1 SYN, 2 SYN-ACK, 4 ACK, 8 data, 16 FIN, 32 RST (whose acknowledgement counts); by stream: ended, through loss, reset, refused; the last from a host to itself
        const string Ended = "31", Reset = "47", Refused = "37";
        string[] streams = await FieldsAsync("tcp", "tcp.stream", "tcp.completeness");
        Assert.Equal([Ended, Ended, Reset, Refused, Ended, Ended, Reset, Refused, Ended], streams.Distinct().Select(line => line.Split('\t')[1]));
    }

    [Theory]
    [InlineData(0, "question ", 500, "after the end")]
    [InlineData(1, "through loss ", 1000, "after the end")]
    [InlineData(2, "cut off", 1, "")]
    [InlineData(4, "question ", 500, "after the end")]
    [InlineData(5, "through loss ", 1000, "after the end")]
    [InlineData(6, "cut off", 1, "")]
    [InlineData(8, "big ", 50_000, "after the end")]
    public async Task What_each_side_has_sent_is_there(int stream, string text, int times, string last)
    {
        var tshark = ExternalProgram.Find("tshark");
        ProgramResult result = await tshark.RunAsync(["-n", "-r", _file, "-q", "-z", $"follow,tcp,raw,{stream}"]);
        string[] lines = [.. result.Expect().Output.Split('\n').Where(line => line.Length > 0 && line.AsSpan().IndexOfAnyExcept("\t0123456789abcdef") < 0)];
        string sent = string.Concat(Enumerable.Repeat(text, times));
        Assert.Equal(sent, Text(lines.Where(line => line[0] != '\t')));
        Assert.Equal(sent + last, Text(lines.Where(line => line[0] == '\t')));
    }

    [Fact]
    public async Task Datagrams_are_two_conversations()
    {
        var tshark = ExternalProgram.Find("tshark");
        string[] lines = (await tshark.RunAsync(["-n", "-r", _file, "-q", "-z", "conv,udp"])).Expect().Output.Split('\n');
        string[] conversations = [.. lines.Where(line => line.Contains("<->", StringComparison.Ordinal)).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..9]))];
        // 10 datagrams of 101 to 1,001 bytes, with 28 or 48 of headers each
        Assert.Equal(["10.0.0.2:49152 <-> 10.0.0.1:10053 10 5790 bytes 10 5790 bytes", "fd00::2:49152 <-> fd00::1:10053 10 5990 bytes 10 5990 bytes"], conversations.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Times_are_the_simulations()
    {
        decimal[] times = [.. (await FieldsAsync("", "frame.time_epoch")).Select(text => decimal.Parse(text, CultureInfo.InvariantCulture))];
        decimal start = (_start - DateTimeOffset.UnixEpoch).Ticks / (decimal)TimeSpan.TicksPerSecond;
        Assert.InRange(times[0] - start, 0.020m, 0.026m); // one way: 20 ms and up to 5 more, and resolving took none
        Assert.InRange(times[^1] - start, times[0] - start, (decimal)_took.TotalSeconds);
        Assert.Equal(times.Order(), times);
    }

    private static string Text(IEnumerable<string> hex) => Encoding.ASCII.GetString(Convert.FromHexString(string.Concat(hex.Select(line => line.Trim()))));

    private static async Task RunStreamsAsync(Simulation sim, SimHost server, SimHost client, string target)
    {
        // there and back, the client's end first
        await using (ConnectionContext half = await client.ConnectAsync($"tcp:{target}:10007"))
        {
            await SendAsync(half, "question ", 500);
            await half.Transport.Output.CompleteAsync();
            await ReadAllAsync(half);
        }

        // losses: one in each direction
        int units = 0;
        using (sim.AddRule((in LinkUnit unit) => unit.Kind == LinkUnitKind.Stream && ++units is 3 or 4 ? LinkVerdict.Drop : LinkVerdict.Pass))
        {
            await using ConnectionContext lossy = await client.ConnectAsync($"tcp:{target}:10007");
            await SendAsync(lossy, "through loss ", 1000);
            await lossy.Transport.Output.CompleteAsync();
            await ReadAllAsync(lossy);
        }

        // a reset
        ConnectionContext cut = await client.ConnectAsync($"tcp:{target}:10007");
        await SendAsync(cut, "cut off", 1);
        await cut.Transport.Input.ReadAtLeastAsync(7);
        cut.Abort(new ConnectionAbortedException("as planned"));
        await cut.DisposeAsync();
        await sim.DelayAsync(TimeSpan.FromSeconds(1));

        // nobody there
        await Assert.ThrowsAnyAsync<IOException>(() => client.ConnectAsync($"tcp:{target}:10008"));
    }

    private async Task RunAsync(Simulation sim)
    {
        sim.Links = new LinkSettings { Latency = TimeSpan.FromMilliseconds(20), Jitter = TimeSpan.FromMilliseconds(5), Mtu = 1500 };
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        _start = sim.Time.GetUtcNow();
        await server.ListenAsync("tcp:10007", async connection =>
        {
            await Echo.ServeAsync(connection);
            await connection.Transport.Output.WriteAsync("after the end"u8.ToArray());
        });
        foreach (IPAddress address in server.Addresses)
        {
            await RunStreamsAsync(sim, server, client, new IPEndPoint(address, 0).ToString()[..^2]);
        }

        await RunDatagramsAsync(sim, server, client);
        // more than one packet can hold, from a host to itself
        await using (ConnectionContext own = await server.ConnectAsync("tcp:127.0.0.1:10007"))
        {
            await SendAsync(own, "big ", 50_000);
            await own.Transport.Output.CompleteAsync();
            await ReadAllAsync(own);
        }

        await sim.DelayAsync(TimeSpan.FromSeconds(1));
        _took = sim.Time.Elapsed;
        using FileStream file = File.Create(_file); // its asynchronous end would leave the thread
        sim.WriteCapture(file);
    }

    private static async Task RunDatagramsAsync(Simulation sim, SimHost server, SimHost client)
    {
        DatagramHandler echo = (ref DatagramBatch batch) =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                batch.Reply(i, batch[i].Payload);
            }
        };
        foreach (IPAddress address in server.Addresses)
        {
            IPAddress any = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
            await using IDatagramPort port = await server.Context.DatagramPorts.BindAsync(new IPEndPoint(any, 10053), echo);
            await using IDatagramPort from = await client.Context.DatagramPorts.BindAsync(new IPEndPoint(any, 0), (ref DatagramBatch _) => { });
            for (int i = 1; i <= 10; i++)
            {
                from.TrySend(new PeerAddress(new IPEndPoint(address, 10053)), new byte[i * 100 + 1]); // of odd length too
            }

            await sim.DelayAsync(TimeSpan.FromSeconds(1));
        }
    }

    private static async Task SendAsync(ConnectionContext connection, string text, int times)
    {
        await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(text, times))));
    }

    private static async Task ReadAllAsync(ConnectionContext connection)
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

    private async Task<string[]> FieldsAsync(string filter, params string[] fields)
    {
        var tshark = ExternalProgram.Find("tshark");
        ProgramResult result = await tshark.RunAsync(["-n", "-2", "-r", _file, .. Checked, "-Y", filter, "-T", "fields", .. fields.SelectMany(field => new[] { "-e", field })]);
        return result.Expect().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
