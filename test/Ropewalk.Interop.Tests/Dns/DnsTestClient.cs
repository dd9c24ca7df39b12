using System.Net;
using System.Net.Sockets;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Asks a server on this machine by datagrams, many questions at once.</summary>
internal sealed class DnsTestClient : IDisposable
{
    // What the buffers of sockets hold everywhere.
    private const int AtOnce = 64;
    private const int MostTries = 5;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly byte[] _buffer = new byte[65535];

    public DnsTestClient(int port) => _socket.Connect(new IPEndPoint(IPAddress.Loopback, port));

    /// <summary>Asks once.</summary>
    /// <returns>The answer; null if none came.</returns>
    public byte[]? TryAsk(byte[] query, TimeSpan patience)
    {
        try
        {
            _socket.Send(query);
            return _socket.Poll(patience, SelectMode.SelectRead) ? _buffer[.._socket.Receive(_buffer)] : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Asks all questions; the first two bytes of each are its place among them.</summary>
    public byte[][] AskAll(IReadOnlyList<byte[]> queries)
    {
        byte[]?[] answers = new byte[queries.Count][];
        for (int begin = 0; begin < queries.Count; begin += AtOnce)
        {
            int end = Math.Min(begin + AtOnce, queries.Count), missing = end - begin;
            for (int tries = 0; missing > 0; tries++)
            {
                Assert.True(tries < MostTries, $"{missing} of {AtOnce} questions get no answer: {string.Join(", ", Enumerable.Range(begin, end - begin).Where(i => answers[i] is null))}");
                for (int i = begin; i < end; i++)
                {
                    if (answers[i] is null)
                    {
                        _socket.Send(queries[i]);
                    }
                }

                while (missing > 0 && _socket.Poll(TimeSpan.FromSeconds(3), SelectMode.SelectRead))
                {
                    byte[] answer = _buffer[.._socket.Receive(_buffer)];
                    int place = (answer[0] << 8) | answer[1];
                    if (place >= begin && place < end && answers[place] is null)
                    {
                        answers[place] = answer;
                        missing--;
                    }
                }
            }
        }

        return answers!;
    }

    public void Dispose() => _socket.Dispose();
}
