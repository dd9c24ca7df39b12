using System.Globalization;
using System.Text.RegularExpressions;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>The recipes about DNS that are commands: their files, and the programs that they name.</summary>
public sealed class DnsRecipesTests : IDisposable
{
    private const string Zone = "example.org.zone";

    private readonly SampleFolder _folder = new();

    // docs/recipes/primary-and-secondary.md
    [Theory]
    [InlineData("nsd", "nsd", "-d", "-c")]
    [InlineData("knot", "knotd", "-c")]
    public async Task A_secondary_has_the_zone_and_hears_of_the_next_one(string name, string file, params string[] words)
    {
        ExternalProgram program = ExternalProgram.Find(file, name);
        string primaryPort = PortText(), secondaryPort = PortText();
        string configuration = Take("ropewalk.yaml", primaryPort, secondaryPort);
        string secondaryConfiguration = Take(name + ".conf", primaryPort, secondaryPort);
        string zone = Take(Zone, primaryPort, secondaryPort);

        await using RopewalkProgram primary = await RopewalkProgram.StartAsync("up", "--no-status", configuration);
        await using RunningProgram secondary = program.Start([.. words, secondaryConfiguration]);
        await primary.WaitForErrorAsync("The transfer of example.org., serial 2026112301, to 127.0.0.1");
        await primary.WaitForErrorAsync($"127.0.0.1:{secondaryPort} has heard of example.org.: NOERROR");
        File.WriteAllText(zone, File.ReadAllText(zone).Replace("2026112301", "2026112302", StringComparison.Ordinal) + "new A 192.0.2.99\n");
        await primary.WaitForErrorAsync("The transfer of example.org., serial 2026112302, to 127.0.0.1");

        // without the key there is no zone
        ProgramResult refused = await DigAsync(primaryPort, "example.org", "axfr");
        Assert.DoesNotContain("SOA", refused.Output, StringComparison.Ordinal);
        await UntilAsync(() => DigAsync(secondaryPort, "new.example.org", "+norec", "+short"), "192.0.2.99\n");
    }

    // docs/recipes/signed-zone.md
    [Fact]
    public async Task A_signed_zone_is_believed_by_a_validator()
    {
        ExternalProgram keygen = ExternalProgram.Find("dnssec-keygen", "bind9-utils", isPeer: false);
        ExternalProgram sign = ExternalProgram.Find("dnssec-signzone", "bind9-utils", isPeer: false);
        ExternalProgram delv = ExternalProgram.Find("delv", "bind9-dnsutils");
        string keys = Path.GetDirectoryName(_folder.Write("keys/none", ""))!;
        string zone = Take(Zone, "", ""), signed = zone + ".signed";
        // As the recipe says: the time is larger than this serial, so that each signing has a later one.
        File.WriteAllText(zone, File.ReadAllText(zone).Replace("2026112301", "1", StringComparison.Ordinal));
        (await keygen.RunAsync(["-q", "-K", keys, "-a", "ECDSAP256SHA256", "-f", "KSK", "example.org"])).Expect();
        (await keygen.RunAsync(["-q", "-K", keys, "-a", "ECDSAP256SHA256", "example.org"])).Expect();
        (await sign.RunAsync(["-S", "-K", keys, "-d", keys, "-N", "unixtime", "-o", "example.org", "-f", signed, zone])).Expect();
        ProgramResult check = (await RopewalkProgram.RunAsync("dns", "check", signed)).Expect();
        Assert.InRange(long.Parse(Regex.Match(check.Output, @"serial (\d+)").Groups[1].Value, CultureInfo.InvariantCulture), DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 600, DateTimeOffset.UtcNow.ToUnixTimeSeconds());

        string anchor = Directory.GetFiles(keys, "*.key").SelectMany(File.ReadLines).Select(line => Regex.Match(line, @"DNSKEY\s+(257 \d+ \d+) (.*)")).Single(match => match.Success)
            .Result("trust-anchors { example.org. static-key $1 \"$2\"; };");
        await using RopewalkProgram server = await RopewalkProgram.StartAsync("dns", "serve", signed, "-l", "127.0.0.1:" + PortText());
        foreach (string name in (string[])["www.example.org", "anything.dev.example.org", "nobody.example.org"])
        {
            ProgramResult validated = await delv.RunAsync(
                ["@127.0.0.1", "-p", server.Port().ToString(CultureInfo.InvariantCulture), "-a", _folder.Write("anchor", anchor), "+root=example.org", name]);
            Assert.Contains("fully validated", validated.Output, StringComparison.Ordinal);
        }
    }

    // docs/recipes/dns-over-tls.md
    [Fact]
    public async Task Kdig_asks_by_TLS_and_checks_the_name()
    {
        ExternalProgram kdig = ExternalProgram.Find("kdig", "knot-dnsutils");
        await using RopewalkProgram server = await RopewalkProgram.StartAsync(
            "dns", "serve", Take(Zone, "", ""), "-l", "127.0.0.1:" + PortText(), "-l", $"tls:127.0.0.1:0:cert={_folder.Certificate}");
        string port = Regex.Match(server.Page, @"tls:127\.0\.0\.1:(\d+)").Groups[1].Value;
        string[] words = ["@127.0.0.1", "-p", port, $"+tls-ca={_folder.Certificate}", "+short", "mail.example.org"];
        Assert.Equal("192.0.2.25\n", (await kdig.RunAsync(["+tls-hostname=localhost", .. words])).Expect().Output);
        Assert.DoesNotContain("192.0.2.25", (await kdig.RunAsync(["+tls-hostname=other.example", .. words])).Output, StringComparison.Ordinal);
        Assert.Equal("192.0.2.25\n", (await RopewalkProgram.RunAsync(["dig", "+tls", "+tls-hostname=localhost", .. words])).Expect().Output);
    }

    public void Dispose() => _folder.Dispose();

    private static string PortText() => FreePort.Find().ToString(CultureInfo.InvariantCulture);

    private static Task<ProgramResult> DigAsync(string port, params string[] words) => ExternalProgram.Find("dig", "bind9-dnsutils").RunAsync(["@127.0.0.1", "-p", port, .. words]);

    // A secondary takes its time between the transfer and the first answer, and says nothing about it.
    private static async Task UntilAsync(Func<Task<ProgramResult>> ask, string expected)
    {
        ProgramResult answer = await ask();
        for (int i = 0; i < 100 && answer.Output != expected; i++)
        {
            answer = await ask();
        }

        Assert.Equal(expected, answer.Output);
    }

    // A file of samples/DnsPrimary, with ports of the test's own, in the test's folder.
    private string Take(string name, string primaryPort, string secondaryPort)
    {
        string root = AppContext.BaseDirectory;
        while (!Directory.Exists(Path.Combine(root, "samples")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        string text = File.ReadAllText(Path.Combine(root, "samples", "DnsPrimary", name));
        string own = _folder.PathOf("secondary");
        Directory.CreateDirectory(own);
        return _folder.Write(name, text
            .Replace("5300", primaryPort, StringComparison.Ordinal)
            .Replace("5301", secondaryPort, StringComparison.Ordinal)
            .Replace(": \".\"", $": \"{own}\"", StringComparison.Ordinal)
            .Replace(": .\n", $": {own}\n", StringComparison.Ordinal));
    }
}
