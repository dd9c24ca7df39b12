using System.Diagnostics;
using System.Globalization;
using Ropewalk.Interop.Tests.Dns.Secondaries;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>BIND, Knot DNS and NSD take our zones: the transfer at their start, the notice of a new version, the transfer of that; signed, in the clear and over TLS.</summary>
public sealed class DnsSecondaryTests
{
    private const string Transfer = $"127.0.0.1 key {TransferKey.Name}";

    [Theory]
    [InlineData("named", false)]
    [InlineData("knotd", false)]
    [InlineData("nsd", false)]
    [InlineData("named", true)]
    [InlineData("nsd", true)]
    public async Task A_secondary_takes_the_zone_hears_of_a_new_version_and_takes_that(string program, bool overTls)
    {
        await using Secondary secondary = Secondary.Create(program);
        await using DnsPrimary primary = await DnsPrimary.StartAsync(
            SampleNames.Zone, SampleNames.Version(1), "--keys", TransferKey.Text, "--transfer", Transfer, "--notify", $"127.0.0.1:{secondary.Port} key {TransferKey.Name}");
        secondary.Start(SampleNames.Zone, primary, overTls);
        await secondary.WaitForSerialAsync(SampleNames.Zone, 1);
        Assert.Equal("\"version 1\"", await secondary.AskAsync("version." + SampleNames.Zone, "TXT"));

        for (int serial = 2; serial <= 4; serial++)
        {
            primary.Exchange(SampleNames.Version(serial));
            await secondary.WaitForSerialAsync(SampleNames.Zone, serial);
            Assert.Equal($"\"version {serial}\"", await secondary.AskAsync("version." + SampleNames.Zone, "TXT"));
        }

        // the refresh of the SOA is an hour: only a notice can have told it
        await secondary.WaitForLogAsync(secondary.HeardNotice);
        await primary.WaitForLogAsync($"127.0.0.1:{secondary.Port} has heard of {SampleNames.Zone}.: NOERROR");
        string[] dump = await secondary.DumpAsync(SampleNames.Zone);
        Assert.Equal(SampleNames.TransferCount - 1, dump.Length);
        Assert.Contains("odd.example.test. 300 IN TYPE65280 \\# 4 DEADBEEF", dump);
        Console.WriteLine($"{program}: four versions transferred with TSIG {(overTls ? "over TLS" : "over TCP")}, three notices heard");
    }

    /// <summary>What a secondary takes for genuine is genuine: the same notice without the key changes nothing.</summary>
    [Theory]
    [InlineData("knotd")]
    [InlineData("nsd")]
    public async Task A_notice_without_the_key_is_refused_by_a_secondary_that_wants_one(string program)
    {
        await using Secondary secondary = Secondary.Create(program);
        await using DnsPrimary primary = await DnsPrimary.StartAsync(
            SampleNames.Zone, SampleNames.Version(1), "--keys", TransferKey.Text, "--transfer", Transfer, "--notify", $"127.0.0.1:{secondary.Port}");
        secondary.Start(SampleNames.Zone, primary);
        await secondary.WaitForSerialAsync(SampleNames.Zone, 1);
        primary.Exchange(SampleNames.Version(2));
        primary.Reload();
        await secondary.WaitForLogAsync(secondary.RefusedNotice);
        await primary.WaitForLogAsync($"127.0.0.1:{secondary.Port} has heard of {SampleNames.Zone}.: {(program == "nsd" ? "REFUSED" : "NOTAUTH")}");
        await secondary.WaitForSerialAsync(SampleNames.Zone, 1);
    }

    /// <summary>The records of DNSSEC come over as they are: BIND's signatures, by our server, in three others' zones, verified by the tool of a fourth.</summary>
    [Theory]
    [InlineData("named", "-u")]
    [InlineData("knotd", "-3", "abcd")]
    [InlineData("nsd", "-3", "abcd")]
    public async Task A_signed_zone_comes_over_and_is_still_good(string program, params string[] denial)
    {
        var verify = ExternalProgram.Find("ldns-verify-zone", "ldnsutils");
        SignedNames signed = await SignedNames.MakeAsync("ECDSAP256SHA256", denial);
        await using Secondary secondary = Secondary.Create(program);
        await using DnsPrimary primary = await DnsPrimary.StartAsync(signed.Folder, SampleNames.Zone, signed.ZoneFile, "--keys", TransferKey.Text, "--transfer", Transfer);
        secondary.Start(SampleNames.Zone, primary);
        await secondary.WaitForSerialAsync(SampleNames.Zone, 1);
        string[] dump = await secondary.DumpAsync(SampleNames.Zone);
        string[] soaFirst = [.. dump.OrderBy(line => !line.Contains(" IN SOA ", StringComparison.Ordinal))];
        ProgramResult verified = (await verify.RunAsync(["-k", signed.KeyFile, signed.Folder.Write("dump.zone", string.Join('\n', soaFirst) + "\n")])).Expect();
        Assert.Contains("Zone is verified and complete", verified.Output, StringComparison.Ordinal);
        Console.WriteLine($"{program}: a signed zone of {dump.Length} records, {string.Join(' ', denial)}, verified by ldns-verify-zone");
    }

    [Theory]
    [InlineData("named", false)]
    [InlineData("knotd", false)]
    [InlineData("nsd", false)]
    [InlineData("named", true)]
    [InlineData("nsd", true)]
    public async Task A_large_zone_comes_over_whole(string program, bool overTls)
    {
        const int Count = 200_000;
        LargeNames names = LargeNames.Make(Count);
        await using Secondary secondary = Secondary.Create(program);
        await using DnsPrimary primary = await DnsPrimary.StartAsync(LargeNames.Zone, names.Text, "--keys", TransferKey.Text, "--transfer", Transfer);
        TimeSpan busy = primary.ProcessorTime;
        long began = Stopwatch.GetTimestamp();
        secondary.Start(LargeNames.Zone, primary, overTls);
        await secondary.WaitForSerialAsync(LargeNames.Zone, LargeNames.Serial);
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        busy = primary.ProcessorTime - busy;

        string[] dump = await secondary.DumpAsync(LargeNames.Zone);
        Assert.Equal(Count, dump.Length);
        Assert.Equal(names.Records, dump);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{program}: {Count} records {(overTls ? "over TLS" : "over TCP")} served by it after {took.TotalSeconds:F1} s; our process was busy for {busy.TotalMilliseconds:F0} ms, its questions included"));
    }

    [Fact]
    public async Task Only_who_has_the_key_and_the_address_may_have_the_zone()
    {
        var dig = ExternalProgram.Find("dig", "bind9-dnsutils");
        await using DnsPrimary primary = await DnsPrimary.StartAsync(SampleNames.Zone, SampleNames.Version(1), "--keys", TransferKey.Text, "--transfer", Transfer);
        string[] ask = [.. primary.At, SampleNames.Zone, "AXFR"];
        Assert.Contains($"XFR size: {SampleNames.TransferCount} records", (await dig.RunAsync([.. ask, "-y", TransferKey.Text])).Output);
        Assert.Contains("Transfer failed", (await dig.RunAsync(ask)).Output);
        Assert.Contains("Transfer failed", (await dig.RunAsync([.. ask, "-y", TransferKey.Text, "-b", "127.0.0.3"])).Output);
        ProgramResult wrong = await dig.RunAsync([.. ask, "-y", TransferKey.Wrong]);
        Assert.Contains("Transfer failed", wrong.Output);
        Assert.Contains("BADSIG", wrong.Output + wrong.Errors);
        ProgramResult unknown = await dig.RunAsync([.. ask, "-y", $"hmac-sha256:other.example:{TransferKey.Secret}"]);
        Assert.Contains("Transfer failed", unknown.Output);
        Assert.Contains("BADKEY", unknown.Output + unknown.Errors);

        // and the log says why
        await primary.WaitForLogAsync(": BADKEY, the key is not known here");
        Assert.Matches(@"127\.0\.0\.1:\d+ was refused the transfer of \S+: REFUSED", primary.Log);
        Assert.Matches(@"127\.0\.0\.3:\d+ was refused the transfer of \S+: REFUSED", primary.Log);
        Assert.Contains(": BADSIG, the signature is wrong", primary.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_rule_nobody_may_have_the_zone()
    {
        var dig = ExternalProgram.Find("dig", "bind9-dnsutils");
        await using DnsPrimary primary = await DnsPrimary.StartAsync(SampleNames.Zone, SampleNames.Version(1), "--keys", TransferKey.Text);
        Assert.Contains("Transfer failed", (await dig.RunAsync([.. primary.At, SampleNames.Zone, "AXFR"])).Output);
        Assert.Contains("Transfer failed", (await dig.RunAsync([.. primary.At, SampleNames.Zone, "AXFR", "-y", TransferKey.Text])).Output);
        Assert.Contains("Transfer failed", (await dig.RunAsync([.. primary.AtTls, SampleNames.Zone, "AXFR", "+tls", "-y", TransferKey.Text])).Output);
    }
}
