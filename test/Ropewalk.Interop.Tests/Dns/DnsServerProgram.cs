using System.Net;
using System.Net.Sockets;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Endpoints;
using Ropewalk.Security.Tls;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>A DNS server of Debian's with the zone <c>example</c>, on ports of 127.0.0.1 that the system chose.</summary>
internal sealed class DnsServerProgram : IAsyncDisposable
{
    private const string Secret = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ropewalk-dns-");
    private readonly DevelopmentCertificate _certificate;
    private readonly int _port = FreePort.Find();
    private readonly int _tlsPort = FreePort.Find();
    private RunningProgram? _running;

    private DnsServerProgram(string name)
    {
        Name = name;
        _certificate = new DevelopmentCertificate(_folder.FullName);
        _certificate.GetOrCreate();
    }

    public static TsigKey Key { get; } = new(DomainName.Parse("k."), TsigAlgorithm.HmacSha256, Convert.FromBase64String(Secret));

    public static string KeyWord => $"hmac-sha256:k:{Secret}";

    public string Name { get; }

    public int Port => _port;

    public EndpointSpec Udp => EndpointSpec.Parse($"udp:127.0.0.1:{_port}");

    public EndpointSpec Tcp => EndpointSpec.Parse($"tcp:127.0.0.1:{_port}");

    public EndpointSpec Tls => EndpointSpec.Parse($"tls:127.0.0.1:{_tlsPort}:name=localhost:trust={_certificate.Path}");

    /// <summary>Gets whether Debian's version serves TLS: Knot does from 3.4 on.</summary>
    public bool HasTls => Name != "knot";

    /// <summary>Gets whether it gives the zone to whoever has the key.</summary>
    public bool HasTransfers => Name != "unbound";

    /// <summary>Starts a server.</summary>
    /// <param name="name">Which one.</param>
    /// <param name="records">What is in the zone beside the usual.</param>
    public static async Task<DnsServerProgram> StartAsync(string name, string records = "")
    {
        DnsServerProgram server = new(name);
        server.Write("example.zone", $"{Zone()}{records}\n");
        server.Write("server.conf", server.Configuration());
        string configuration = server.PathOf("server.conf");
        server._running = name switch
        {
            "nsd" => ExternalProgram.Find("nsd").Start(["-d", "-c", configuration]),
            "named" => ExternalProgram.Find("named", "bind9").Start(["-g", "-c", configuration]),
            "knot" => ExternalProgram.Find("knotd", "knot").Start(["-c", configuration]),
            _ => ExternalProgram.Find("unbound").Start(["-d", "-c", configuration]),
        };
        await server.WaitUntilUpAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (_running is not null)
        {
            await _running.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private async Task WaitUntilUpAsync()
    {
        await using DnsClient client = new(new DnsClientOptions { Servers = [Udp], Timeout = TimeSpan.FromMilliseconds(250), Attempts = 1 });
        // A program that does not listen yet refuses at once.
        using PeriodicTimer pace = new(TimeSpan.FromMilliseconds(50));
        for (int i = 0; i < 200 && await pace.WaitForNextTickAsync(); i++)
        {
            Assert.True(_running!.IsRunning, $"{Name} has ended: {(_running.IsRunning ? "" : await _running.Errors.ReadToEndAsync())}");
            try
            {
                if ((await client.QueryAsync(DomainName.Parse("example."), DnsType.SOA)).Answers.Count > 0)
                {
                    return;
                }
            }
            catch (DnsQueryException)
            {
                // not yet
            }
        }

        Assert.Fail($"{Name} does not answer.");
    }

    private void Write(string name, string text) => File.WriteAllText(PathOf(name), text);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private static string Zone() =>
        """
        $ORIGIN example.
        $TTL 300
        @ SOA ns admin 2024010101 3600 600 86400 60
        @ NS ns
        ns A 127.0.0.1
        www A 192.0.2.1
        www AAAA 2001:db8::1
        alias CNAME www
        text TXT "hello world" "two"
        @ MX 10 www
        _sip._tcp SRV 10 5 5060 www

        """ + string.Concat(Enumerable.Range(1, 60).Select(i => $"big TXT \"record number {i} of many that are too long for a datagram\"\n"))
            + string.Concat(Enumerable.Range(1, 3000).Select(i => $"host-{i} A 192.0.2.{i % 250}\n"));

    private string Configuration() => Name switch
    {
        "nsd" => $"""
            server:
                ip-address: 127.0.0.1@{_port}
                ip-address: 127.0.0.1@{_tlsPort}
                tls-port: {_tlsPort}
                tls-service-key: "{_certificate.Path}"
                tls-service-pem: "{_certificate.Path}"
                username: ""
                zonesdir: "{_folder}"
                database: ""
                pidfile: ""
                xfrdfile: "{PathOf("xfrd.state")}"
                xfrdir: "{_folder}"
                zonelistfile: "{PathOf("zone.list")}"
                nsid: "ascii_here"
                answer-cookie: yes
            remote-control:
                control-enable: no
            key:
                name: "k."
                algorithm: hmac-sha256
                secret: "{Secret}"
            zone:
                name: example.
                zonefile: example.zone
                provide-xfr: 127.0.0.1 k.
            """,
        "named" => $$"""
            tls own { key-file "{{_certificate.Path}}"; cert-file "{{_certificate.Path}}"; };
            options {
                directory "{{_folder}}"; pid-file none; session-keyfile "{{PathOf("session.key")}}"; managed-keys-directory "{{_folder}}";
                listen-on port {{_port}} { 127.0.0.1; }; listen-on port {{_tlsPort}} tls own { 127.0.0.1; }; listen-on-v6 { none; };
                recursion no; dnssec-validation no; server-id "here"; allow-transfer { key "k."; }; notify no;
            };
            controls { };
            key "k." { algorithm hmac-sha256; secret "{{Secret}}"; };
            zone "example" { type primary; file "example.zone"; };
            """,
        "knot" => $"""
            server:
                rundir: "{_folder}"
                listen: 127.0.0.1@{_port}
                nsid: here
            database:
                storage: "{PathOf("db")}"
            log:
              - target: stderr
                any: error
            key:
              - id: k.
                algorithm: hmac-sha256
                secret: {Secret}
            acl:
              - id: transfer
                key: k.
                action: transfer
            template:
              - id: default
                storage: "{_folder}"
                acl: transfer
            zone:
              - domain: example.
                file: example.zone
            """,
        _ => $"""
            server:
                interface: 127.0.0.1@{_port}
                interface: 127.0.0.1@{_tlsPort}
                tls-port: {_tlsPort}
                tls-service-key: "{_certificate.Path}"
                tls-service-pem: "{_certificate.Path}"
                username: ""
                chroot: ""
                directory: "{_folder}"
                pidfile: ""
                use-syslog: no
                module-config: "iterator"
                access-control: 127.0.0.0/8 allow
                nsid: "ascii_here"
            remote-control:
                control-enable: no
            auth-zone:
                name: "example."
                zonefile: "{PathOf("example.zone")}"
                for-downstream: yes
                for-upstream: no
            """,
    };
}
