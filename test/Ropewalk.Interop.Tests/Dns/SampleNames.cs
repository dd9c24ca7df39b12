namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Is the text of the zone <c>example.test</c> in its versions.</summary>
internal static class SampleNames
{
    public const string Zone = "example.test";

    /// <summary>Makes a version: its serial, the text of <c>version</c>, and the addresses of <c>pair</c> say which.</summary>
    public static string Version(int serial) => $"""
        $ORIGIN {Zone}.
        $TTL 300
        @ SOA ns1 hostmaster {serial} 3600 600 86400 60
        @ NS ns1
        @ NS ns2
        @ MX 10 mail
        ns1 A 127.0.0.1
        ns2 A 127.0.0.1
        mail A 192.0.2.25
        www A 192.0.2.1
        www AAAA 2001:db8::1
        alias CNAME www
        *.wild TXT "any"
        sub NS ns.sub
        ns.sub A 192.0.2.9
        secure.sub.deep A 192.0.2.10
        short.dnames DNAME {Zone}.
        odd TYPE65280 \# 4 DEADBEEF
        service SVCB 1 www alpn=dot port=853
        version TXT "version {serial}"
        $GENERATE 1-60 big TXT "a text that is long enough for many of them to need a stream $"
        pair A 192.0.2.{serial % 250}
        pair A 198.51.100.{serial % 250}

        """;

    /// <summary>Gets how many records a transfer of a version has: all, and the SOA again.</summary>
    public const int TransferCount = 81;
}
