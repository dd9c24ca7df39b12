using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Hosting;

/// <summary>
/// Is one running service: what its endpoints call. A reload that changes settings for new connections makes a second instance beside this
/// one; this one is disposed when the last of its connections has ended.
/// </summary>
public abstract class ServiceInstance : IAsyncDisposable
{
    /// <summary>Makes an instance that serves connections and has no live settings.</summary>
    public static ServiceInstance Of(ConnectionDelegate connections)
    {
        ArgumentNullException.ThrowIfNull(connections);
        return new DelegateInstance(connections, null);
    }

    /// <summary>Makes an instance that serves datagrams and has no live settings.</summary>
    public static ServiceInstance Of(DatagramHandler datagrams)
    {
        ArgumentNullException.ThrowIfNull(datagrams);
        return new DelegateInstance(null, datagrams);
    }

    /// <summary>Gets what the connections of an endpoint are given to, or null if the service takes none. <b>Call</b>: once per endpoint.</summary>
    public virtual ConnectionDelegate? GetConnections(EndpointSpec endpoint) => null;

    /// <summary>Gets what the datagrams of an endpoint are given to, or null if the service takes none. <b>Call</b>: once per endpoint.</summary>
    public virtual DatagramHandler? GetDatagrams(EndpointSpec endpoint) => null;

    /// <summary>
    /// Gets the threads and sizes of a datagram endpoint; null for the defaults. What the endpoint string says comes on top. Read when the
    /// port is bound: settings that change it are <see cref="SettingScope.Restart"/>.
    /// </summary>
    public virtual DatagramPortOptions? GetDatagramOptions(EndpointSpec endpoint) => null;

    /// <summary>Learns where one of its endpoints is bound, with the port that the system chose. Called when that is in force. It must not fail.</summary>
    public virtual void OnListening(EndpointSpec endpoint, EndPoint boundTo)
    {
    }

    /// <summary>
    /// Learns that the instance is in force, its endpoints included: what it does by itself begins here, for an instance can also be made and thrown away when
    /// another service cannot start. It must not fail and not wait.
    /// </summary>
    public virtual void OnStarted()
    {
    }

    /// <summary>
    /// Takes the new values of the live settings. The other settings of <paramref name="options"/> may differ from this instance's own and
    /// must be left alone. It must not fail: what can be wrong was found by the kind.
    /// </summary>
    /// <param name="options">All options, of the kind's type.</param>
    public virtual void ApplyLive(object options)
    {
    }

    /// <summary>
    /// Gets the full paths of the files that it has been made of, besides the configuration and what its endpoints name: a change of one is a reason to reload.
    /// <b>Call</b>: after the start and after each reload.
    /// </summary>
    public virtual IReadOnlyList<string> Files => [];

    /// <summary>Gets what the instance tells of itself on a status page, beside what every service tells; null for nothing. Always the same object.</summary>
    public virtual IStatusPart? StatusPart => null;

    /// <summary>Reads again what it has been made of, as the new values of its live settings say it, and keeps it beside what is in force. Called at a reload that keeps the instance.</summary>
    /// <param name="options">All options, of the kind's type; of those that are not live some may differ from this instance's own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>All that is wrong; with one error, here or elsewhere, nothing changes, and <see cref="TakeFiles"/> is not called.</returns>
    public virtual ValueTask<IReadOnlyList<string>> ReadFilesAsync(object options, CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<string>>([]);

    /// <summary>Puts in force what <see cref="ReadFilesAsync(object, CancellationToken)"/> has read last. It must not fail and not wait.</summary>
    public virtual void TakeFiles()
    {
    }

    /// <summary>
    /// Learns that the whole service stops: its endpoints are about to take nothing new, and its connections are about to be told. What need not be said to who leaves
    /// too can be left out from here on. It must not fail.
    /// </summary>
    public virtual void OnStopping()
    {
    }

    /// <summary>
    /// Completes when the instance owes no late answers to datagrams any more. Nothing new comes; the port is closed after this. Default: at once.
    /// </summary>
    /// <param name="now">Is cancelled at the drain deadline: what is owed then is not paid.</param>
    public virtual Task DrainDatagramsAsync(CancellationToken now) => Task.CompletedTask;

    /// <summary>Ends what the instance has beside its connections.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private sealed class DelegateInstance(ConnectionDelegate? connections, DatagramHandler? datagrams) : ServiceInstance
    {
        public override ConnectionDelegate? GetConnections(EndpointSpec endpoint) => connections;

        public override DatagramHandler? GetDatagrams(EndpointSpec endpoint) => datagrams;
    }
}
