using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Diagnostics;

namespace Ropewalk.Chat.Irc.Server;

/// <summary>Holds the instruments of IRC servers. All are read from the networks' own counts when a collector asks. Names, units and tags: <c>docs/metrics.md</c>.</summary>
internal static class IrcMeter
{
    private const string NetworkTag = "ropewalk.irc.network";

    private static readonly Meter Meter = new(RopewalkDiagnostics.MeterName, typeof(IrcMeter).Assembly.GetName().Version?.ToString(3));
    private static readonly Lock ObservedLock = new();
    private static ImmutableArray<IrcNetwork> _observed = [];

    static IrcMeter()
    {
        Meter.CreateObservableUpDownCounter("ropewalk.irc.users", () => Each(network => network.Counts.Registered), "{user}", "Users that are registered with the server.");
        Meter.CreateObservableUpDownCounter("ropewalk.irc.channels", () => Each(network => network.Channels.Count), "{channel}", "Channels, registered ones without members included.");
        Meter.CreateObservableCounter("ropewalk.irc.messages", () => Each(network => network.Counts.Messages), "{message}", "Messages that were relayed, each once however many got it.");
        Meter.CreateObservableCounter("ropewalk.irc.sendq.exceeded", () => Each(network => network.Counts.SendQueuesExceeded), "{connection}", "Clients that were closed because they did not read.");
    }

    /// <summary>Adds a network to what collectors observe, until the result is disposed.</summary>
    public static IDisposable Observe(IrcNetwork network)
    {
        lock (ObservedLock)
        {
            _observed = _observed.Add(network);
        }

        return new Observation(network);
    }

    private static IEnumerable<Measurement<long>> Each(Func<IrcNetwork, long> count)
    {
        foreach (IrcNetwork network in _observed)
        {
            yield return new Measurement<long>(count(network), new KeyValuePair<string, object?>(NetworkTag, network.Options.NetworkName));
        }
    }

    private sealed class Observation(IrcNetwork network) : IDisposable
    {
        public void Dispose()
        {
            lock (ObservedLock)
            {
                _observed = _observed.Remove(network);
            }
        }
    }
}
