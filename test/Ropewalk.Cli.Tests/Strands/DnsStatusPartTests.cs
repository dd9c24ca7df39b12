using System.Net;
using System.Text;
using Ropewalk.Cli.Status;
using Ropewalk.Cli.Strands;
using Ropewalk.Diagnostics;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Wire;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Cli.Tests.Strands;

public sealed class DnsStatusPartTests
{
    [Fact]
    public async Task A_server_tells_its_counts_and_a_hostile_name_as_text()
    {
        await using DnsServer server = await DnsServer.StartAsync(new DnsServerOptions { Zones = [SampleZone.Make()] });
        await AskAsync(server, "<script>\u001b\"x"u8.ToArray());
        DnsStatusPart part = new(server);
        Assert.Equal(1, Assert.Single(part.CaptureFigures(), figure => figure.Name == "queries").Value);
        Assert.Equal(["answersByCode", "durations", "transports", "topTypes", "topNames", "topClients", "zones"], part.CaptureTables().Select(table => table.Name));
        Assert.Equal(("REFUSED", 1L), RowOf(part, "answersByCode"));
        Assert.Equal(("UDP", 1L), RowOf(part, "transports"));
        Assert.Equal(("A", 1L), RowOf(part, "topTypes"));
        Assert.Equal(("""<script>\027\"x.""", 1L), RowOf(part, "topNames"));
        Assert.Equal(("192.0.2.0/24", 1L), RowOf(part, "topClients"));
        Assert.Equal("ropewalk.test.", RowOf(part, "zones").Text);
        StringBuilder html = new();
        StatusPartHtml.Write(html, new StatusPartView("dns", part.CaptureFigures(), part.CaptureTables(), new Dictionary<string, IReadOnlyList<double>>()));
        Assert.Contains("""<code>&lt;script&gt;\027\&quot;x.</code>""", html.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", html.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_and_clients_that_are_not_kept_are_not_on_the_page()
    {
        await using DnsServer server = await DnsServer.StartAsync(new DnsServerOptions { Statistics = { TopNames = false, TopClients = false } });
        Assert.Equal(["answersByCode", "durations", "transports", "topTypes", "zones"], new DnsStatusPart(server).CaptureTables().Select(table => table.Name));
    }

    private static (string Text, long Count) RowOf(DnsStatusPart part, string table)
    {
        StatusRow row = Assert.Single(Assert.Single(part.CaptureTables(), one => one.Name == table).Rows);
        return (row.Text, row.Numbers[0]);
    }

    private static async Task AskAsync(DnsServer server, byte[] label)
    {
        MemoryDatagramTransport network = new();
        TaskCompletionSource answered = new();
        await using IDatagramPort port = await network.BindAsync(new IPEndPoint(IPAddress.Loopback, 53), server.OnDatagrams);
        await using IDatagramPort client = await network.BindAsync(new IPEndPoint(IPAddress.Parse("192.0.2.9"), 5000), (ref DatagramBatch _) => answered.TrySetResult());
        byte[] message = new byte[100];
        DnsMessageWriter writer = new(message);
        Assert.True(writer.TryWriteQuestion([(byte)label.Length, .. label, 0], DnsType.A, DnsClass.IN));
        int length = writer.Finish(new DnsHeader(1, 0));
        Assert.True(client.TrySend(new PeerAddress(IPAddress.Loopback, 53), message.AsSpan(0, length)));
        await answered.Task.WaitAsync(TimeSpan.FromSeconds(30));
        // The answer leaves before or after the batch is counted: when the port is closed it has been.
        await port.StopAsync();
    }
}
