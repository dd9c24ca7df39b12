using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>A name server of Debian's with zones, on a port that the system chose; without limits on rates.</summary>
internal sealed class ComparedServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ropewalk-dns-");
    private readonly RunningProgram _running;
    private readonly HeardText _output;
    private readonly HeardText _errors;

    private ComparedServer(string name, IReadOnlyList<(string Apex, string Text)> zones)
    {
        Name = name;
        Port = FreePort.Find();
        for (int i = 0; i < zones.Count; i++)
        {
            File.WriteAllText(PathOf($"{i}.zone"), zones[i].Text, new UTF8Encoding(false));
        }

        string configuration = PathOf("server.conf");
        string[] apexes = [.. zones.Select(zone => zone.Apex)];
        (string program, string package, string text, string[] arguments) = name switch
        {
            "NSD" => ("nsd", "nsd", Nsd(apexes), new[] { "-d", "-c", configuration }),
            "Knot" => ("knotd", "knot", Knot(apexes), ["-c", configuration]),
            _ => ("named", "bind9", Named(apexes), ["-g", "-n", "1", "-c", configuration]),
        };
        File.WriteAllText(configuration, text);
        _running = ExternalProgram.Find(program, package).Start(arguments);
        _output = new HeardText(_running.Output);
        _errors = new HeardText(_running.Errors);
    }

    public string Name { get; }

    public int Port { get; }

    /// <summary>Starts one, and waits until its zones are loaded.</summary>
    /// <param name="name">NSD, Knot or BIND.</param>
    /// <param name="zones">Names, with their dots, and master files.</param>
    public static async Task<ComparedServer> StartAsync(string name, IReadOnlyList<(string Apex, string Text)> zones)
    {
        var server = new ComparedServer(name, zones);
        // Each says so when all zones are loaded.
        await server._errors.WaitForAsync(name switch { "NSD" => "nsd started", "Knot" => "server started", _ => "all zones loaded" });
        return server;
    }

    /// <summary>Gets what it has written.</summary>
    public string Log => $"{_output}\n{_errors}";

    public async ValueTask DisposeAsync()
    {
        await _running.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private string PathOf(string file) => Path.Combine(_folder.FullName, file);

    private static string Each(string[] apexes, Func<string, int, string> zone) => string.Concat(apexes.Select((apex, i) => zone(apex, i) + "\n"));

    private string Nsd(string[] apexes) => $"""
        server:
          ip-address: 127.0.0.1@{Port}
          server-count: 1
          database: ""
          zonesdir: "{_folder.FullName}"
          pidfile: "{PathOf("nsd.pid")}"
          xfrdfile: "{PathOf("xfrd.state")}"
          xfrdir: "{_folder.FullName}"
          zonelistfile: "{PathOf("zone.list")}"
          username: ""
          rrl-ratelimit: 0
          minimal-responses: yes
          refuse-any: no
          answer-cookie: no
          ipv4-edns-size: 1232
        remote-control:
          control-enable: no
        {Each(apexes, (apex, i) => $"zone:\n  name: \"{apex}\"\n  zonefile: \"{i}.zone\"")}
        """;

    private string Knot(string[] apexes) => $"""
        server:
          listen: 127.0.0.1@{Port}
          rundir: {_folder.FullName}
          udp-workers: 1
          tcp-workers: 1
          background-workers: 1
          udp-max-payload: 1232
        log:
          - target: stderr
            any: info
        database:
          storage: {_folder.FullName}
        template:
          - id: default
            storage: {_folder.FullName}
            zonefile-sync: -1
            zonefile-load: whole
            journal-content: none
            semantic-checks: off
        zone:
        {Each(apexes, (apex, i) => $"  - domain: {apex}\n    file: {i}.zone")}
        """;

    private string Named(string[] apexes) => $$"""
        options {
          directory "{{_folder.FullName}}";
          pid-file "{{PathOf("named.pid")}}";
          listen-on port {{Port}} { 127.0.0.1; };
          listen-on-v6 { none; };
          recursion no;
          minimal-responses no-auth;
          minimal-any no;
          dnssec-validation no;
          max-udp-size 1232;
          edns-udp-size 1232;
          answer-cookie no;
          zero-no-soa-ttl no;
          notify no;
          check-integrity no;
          check-names primary ignore;
          empty-zones-enable no;
          trust-anchor-telemetry no;
        };
        controls { };
        {{Each(apexes, (apex, i) => $"zone \"{apex}\" {{ type primary; file \"{i}.zone\"; masterfile-format text; }};")}}
        """;
}
