using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Server.Faults;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Tests.Client;
using Ropewalk.Dns.Zones;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.Testing;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Simulated;

/// <summary>Is a DNS server on a simulated host.</summary>
internal sealed class SimDns
{
    private SimDns(SimHost host, DnsServer server, Listening listening)
    {
        Host = host;
        Server = server;
        Listening = listening;
    }

    public SimHost Host { get; }

    public DnsServer Server { get; }

    public Listening Listening { get; }

    public IPEndPoint Address => AddressOf(Host);

    /// <summary>Runs a scenario with each of ten seeds, or those of the environment.</summary>
    public static Task<SimulationLog> RunAsync(Func<Simulation, Task> scenario, int? seed = null, [CallerMemberName] string? test = null) =>
        Simulation.RunAsync(scenario, new SimulationOptions { Mode = SimulationMode.Strict, Seeds = new SeedRange(1, 10), Seed = seed }, test);

    public static IPEndPoint AddressOf(SimHost host) => new(host.Addresses.First(address => address.AddressFamily == AddressFamily.InterNetwork), 53);

    public static async Task<SimDns> StartAsync(Simulation sim, Zone zone, SimHost? secondary = null, DnsFaults? faults = null)
    {
        SimHost host = sim.AddHost("primary");
        DnsServer server = await DnsServer.StartAsync(new DnsServerOptions
        {
            Zones = [zone],
            Transfers = AccessRules.Parse("10.0.0.0/8", "fd00::/8"),
            Notify = secondary is null ? [] : [new NotifyPeer(new PeerAddress(AddressOf(secondary)))],
            Faults = faults,
            TimeProvider = host.Time,
            Datagrams = host.Context.DatagramPorts,
            Random = new SeededNumbers(sim.Seed),
        });
        await host.Context.BindDatagramsAsync(EndpointSpec.Parse("udp:53"), server.OnDatagrams);
        return new SimDns(host, server, await host.ListenAsync("tcp:53", pipeline => pipeline.UseDnsStream(server)));
    }

    public void Take(Zone zone) => Server.Take(new ZoneCatalog([zone], Server.Hash));
}
