using System.Globalization;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Validators believe what our server says of a signed zone: delv, and a whole resolver, Unbound, in front of it.</summary>
public sealed class DnsValidationTests
{
    private static readonly (string Name, string Type, string Answer)[] There =
    [
        ("www", "A", "192.0.2.1"),
        ("alias", "AAAA", "2001:db8::1"),
        ("what.ever.wild", "TXT", "\"any\""),
        ("www.short.dnames", "A", "192.0.2.1"),
        ("odd", "TYPE65280", "\\# 4 DEADBEEF"),
    ];

    private static readonly (string Name, string Type)[] NotThere = [("nobody", "A"), ("a.nobody", "A"), ("www", "MX"), ("deep", "A"), ("any.wild", "A"), ("zzz", "TXT")];

    [Theory]
    [InlineData("UDP", "ECDSAP256SHA256", "-u")]
    [InlineData("TCP", "ECDSAP256SHA256", "-3", "abcd")]
    [InlineData("UDP", "ED25519", "-3", "-")]
    public async Task Delv_validates_what_is_there_and_what_is_not(string transport, string algorithm, params string[] denial)
    {
        var delv = ExternalProgram.Find("delv", "bind9-dnsutils");
        SignedNames signed = await SignedNames.MakeAsync(algorithm, denial);
        await using DnsPrimary primary = await DnsPrimary.StartAsync(signed.Folder, SampleNames.Zone, signed.ZoneFile);
        string[] ask = [.. primary.At, "-a", signed.AnchorFile, "+root=" + SampleNames.Zone, transport == "TCP" ? "+tcp" : "+notcp"];
        foreach ((string name, string type, string answer) in There)
        {
            string said = (await delv.RunAsync([.. ask, $"{name}.{SampleNames.Zone}", type])).Expect().Output;
            Assert.StartsWith("; fully validated", said);
            Assert.Contains(answer, said, StringComparison.Ordinal);
        }

        foreach ((string name, string type) in NotThere)
        {
            string said = (await delv.RunAsync([.. ask, $"{name}.{SampleNames.Zone}", type])).Output;
            Assert.True(said.StartsWith("; negative response, fully validated", StringComparison.Ordinal), $"{name} {type}\n{said}");
        }

        Console.WriteLine($"delv: {There.Length} answers and {NotThere.Length} denials fully validated over {transport}, {algorithm} {string.Join(' ', denial)}; it has no TLS");
    }

    [Theory]
    [InlineData("UDP", "-u")]
    [InlineData("UDP", "-3", "abcd")]
    [InlineData("UDP", "-3", "abcd", "-A")]
    [InlineData("TCP", "-u")]
    [InlineData("TLS", "-3", "abcd")]
    public async Task Unbound_resolves_and_validates(string transport, params string[] denial)
    {
        var unbound = ExternalProgram.Find("unbound");
        var dig = ExternalProgram.Find("dig", "bind9-dnsutils");
        SignedNames signed = await SignedNames.MakeAsync("ECDSAP256SHA256", denial);
        await using DnsPrimary primary = await DnsPrimary.StartAsync(signed.Folder, SampleNames.Zone, signed.ZoneFile);
        int port = FreePort.Find();
        await using RunningProgram resolver = unbound.Start(["-d", "-p", "-c", signed.Folder.Write("unbound.conf", Configure(primary, signed, transport, port))]);
        var log = new HeardText(resolver.Errors);
        await log.WaitForAsync("start of service");

        // RFC 5155 §9.2: with opt-out a validator believes a denial, and does not call it authentic.
        bool mayBeUnsigned = denial.Contains("-A");
        string[] ask = ["@127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "+dnssec", "+timeout=10", "+tries=1"];
        foreach ((string name, string type, string answer) in There)
        {
            string said = (await dig.RunAsync([.. ask, $"{name}.{SampleNames.Zone}", type])).Expect().Output;
            Assert.True(IsBelieved(said, mayBeUnsigned && name.Contains("wild", StringComparison.Ordinal)) && said.Contains(answer, StringComparison.Ordinal), $"{said}\n{log}");
        }

        foreach ((string name, string type) in NotThere)
        {
            string said = (await dig.RunAsync([.. ask, $"{name}.{SampleNames.Zone}", type])).Expect().Output;
            Assert.True(IsBelieved(said, mayBeUnsigned) && said.Contains("ANSWER: 0", StringComparison.Ordinal), $"{said}\n{log}");
        }

        Console.WriteLine($"unbound: {There.Length} answers and {NotThere.Length} denials validated, asked by it over {transport}, {string.Join(' ', denial)}");
    }

    [Fact]
    public async Task Delv_refuses_what_was_changed_after_signing()
    {
        var delv = ExternalProgram.Find("delv", "bind9-dnsutils");
        SignedNames signed = await SignedNames.MakeAsync("ECDSAP256SHA256", "-u");
        string text = await File.ReadAllTextAsync(signed.ZoneFile);
        await File.WriteAllTextAsync(signed.ZoneFile, text.Replace("192.0.2.10", "192.0.2.11", StringComparison.Ordinal));
        await using DnsPrimary primary = await DnsPrimary.StartAsync(signed.Folder, SampleNames.Zone, signed.ZoneFile);
        ProgramResult said = await delv.RunAsync([.. primary.At, "-a", signed.AnchorFile, "+root=" + SampleNames.Zone, "secure.sub.deep." + SampleNames.Zone, "A"]);
        Assert.DoesNotContain("fully validated", said.Output, StringComparison.Ordinal);
        Assert.Contains("RRSIG failed to verify", said.Output + said.Errors, StringComparison.Ordinal);
    }

    private static bool IsBelieved(string said, bool mayBeUnsigned) =>
        said.Contains(" ad; ", StringComparison.Ordinal) || (mayBeUnsigned && !said.Contains("SERVFAIL", StringComparison.Ordinal));

    private static string Configure(DnsPrimary primary, SignedNames signed, string transport, int port) => $"""
        server:
            interface: 127.0.0.1@{port}
            username: ""
            chroot: ""
            directory: "{signed.Folder.PathOf("")}"
            pidfile: ""
            use-syslog: no
            verbosity: 1
            num-threads: 1
            do-not-query-localhost: no
            do-ip6: no
            module-config: "validator iterator"
            trust-anchor-file: "{signed.KeyFile}"
            local-zone: "test." nodefault
            tcp-upstream: {(transport == "TCP" ? "yes" : "no")}
            tls-cert-bundle: "{primary.Certificate}"
            tls-upstream: {(transport == "TLS" ? "yes" : "no")}
        stub-zone:
            name: "{SampleNames.Zone}"
            stub-addr: 127.0.0.1@{(transport == "TLS" ? $"{primary.TlsPort}#localhost" : primary.Port)}

        """;
}
