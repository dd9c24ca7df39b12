using System.Globalization;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Our server through dnspython, and through sockets of Python.</summary>
public sealed class DnsPythonTests
{
    [Fact]
    public async Task Dnspython_asks_over_all_transports_transfers_and_sends_what_is_malformed()
    {
        PythonScript script = await PythonScript.FindAsync("library.py");
        string[] options = ["--keys", TransferKey.Text, "--transfer", $"key {TransferKey.Name}", "--identity", "server-one", "--rate-limit", "false"];
        await using DnsPrimary primary = await DnsPrimary.StartAsync(SampleNames.Zone, SampleNames.Version(1), options);
        string seen = await script.RunAsync(Text(primary.Port), Text(primary.TlsPort), primary.Certificate, TransferKey.Name, TransferKey.Secret);
        Assert.Equal(6, seen.Count(c => c == '\n'));
        Console.Write(Prefix("dnspython", seen));
    }

    [Fact]
    public async Task Streams_are_served_however_they_are_cut()
    {
        const int Count = 50_000;
        PythonScript script = await PythonScript.FindAsync("streams.py");
        await using DnsPrimary primary = await DnsPrimary.StartAsync(LargeNames.Zone, LargeNames.Make(Count).Text, "--transfer", "127.0.0.1");
        string seen = await script.RunAsync(Text(primary.Port), Text(primary.TlsPort), Text(Count));
        Assert.Equal(7, seen.Count(c => c == '\n'));
        Console.Write(Prefix("sockets", seen));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Prefix(string who, string seen) => string.Concat(seen.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"{who}: {line}\n"));
}
