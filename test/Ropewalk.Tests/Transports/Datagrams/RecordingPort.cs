using System.Net;
using System.Text;
using System.Threading.Channels;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Tests.Transports.Datagrams;

/// <summary>A port that sends what it is told and keeps what it receives: the client of these tests.</summary>
internal sealed class RecordingPort : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Channel<(PeerAddress From, byte[] Payload)> _received = Channel.CreateUnbounded<(PeerAddress, byte[])>();
    private IDatagramPort? _port;

    public IDatagramPort Port => _port!;

    public PeerAddress Address => new(Port.LocalEndPoint);

    public static async Task<RecordingPort> BindAsync(IDatagramPortFactory network, DatagramPortOptions options, IPAddress? at = null)
    {
        var recording = new RecordingPort();
        recording._port = await network.BindAsync(new IPEndPoint(at ?? IPAddress.Loopback, 0), recording.Keep, options);
        return recording;
    }

    public void Send(IPEndPoint to, string text) => Send(to, Encoding.UTF8.GetBytes(text));

    public void Send(IPEndPoint to, ReadOnlySpan<byte> payload) => Assert.True(Port.TrySend(new PeerAddress(to), payload));

    public async Task<(PeerAddress From, byte[] Payload)> ReceiveAsync()
        => await _received.Reader.ReadAsync().AsTask().WaitAsync(Patience, TimeProvider.System);

    public async Task<string> ReceiveTextAsync() => Encoding.UTF8.GetString((await ReceiveAsync()).Payload);

    public ValueTask DisposeAsync() => Port.DisposeAsync();

    private void Keep(ref DatagramBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            _received.Writer.TryWrite((batch[i].Peer, batch[i].Payload.ToArray()));
        }
    }
}
