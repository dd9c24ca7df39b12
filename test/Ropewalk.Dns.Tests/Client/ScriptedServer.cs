using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Endpoints;
using Ropewalk.Framing;
using Ropewalk.Testing;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Client;

/// <summary>Is a server on a simulated host that answers what a test says: any number of messages, or none.</summary>
internal sealed class ScriptedServer
{
    private readonly SimHost? _host;
    private readonly Func<AskedQuestion, IEnumerable<byte[]>> _script;
    private IDatagramPort? _port;

    public ScriptedServer(SimHost? host, Func<AskedQuestion, IEnumerable<byte[]>> script)
    {
        _host = host;
        _script = script;
    }

    /// <summary>Gets what it was asked, in order.</summary>
    public List<AskedQuestion> Asked { get; } = [];

    /// <summary>Gets how many connections were made to it.</summary>
    public int Connections { get; private set; }

    /// <summary>Gets or sets whether it ends a connection when it has answered.</summary>
    public bool EndsConnections { get; set; }

    public IPAddress Address => _host!.Addresses.First(address => address.AddressFamily == AddressFamily.InterNetwork);

    public EndpointSpec Udp => EndpointSpec.Parse($"udp:{Address}:53");

    public EndpointSpec Tcp => EndpointSpec.Parse($"tcp:{Address}:53");

    public IDatagramPort Port => _port!;

    public static Task<ScriptedServer> StartAsync(SimHost host, Func<AskedQuestion, DnsMessage?> script) =>
        StartBytesAsync(host, asked => script(asked) is { } answer ? [answer.Encode()] : []);

    public static async Task<ScriptedServer> StartBytesAsync(SimHost host, Func<AskedQuestion, IEnumerable<byte[]>> script)
    {
        ScriptedServer server = new(host, script);
        server._port = await host.Context.DatagramPorts.BindAsync(new IPEndPoint(IPAddress.Any, 53), server.Receive);
        await host.ListenAsync("tcp:53", server.ConverseAsync);
        return server;
    }

    private void Receive(ref DatagramBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            foreach (byte[] answer in Ask(batch[i].Payload, batch[i].Peer, DnsTransport.Udp))
            {
                Port.TrySend(batch[i].Peer, answer);
            }
        }
    }

    private IEnumerable<byte[]> Ask(ReadOnlySpan<byte> question, in PeerAddress peer, DnsTransport transport)
    {
        Assert.Equal(DnsViolation.None, DnsMessage.Decode(question, out DnsMessage? message));
        AskedQuestion asked = new(question.ToArray(), message!, peer, transport, Asked.Count);
        Asked.Add(asked);
        return _script(asked);
    }

    public async Task ConverseAsync(ConnectionContext connection)
    {
        Connections++;
        LengthPrefixedDecoder frames = new(LengthPrefix.TwoBytes, 65535);
        PipeReader input = connection.Transport.Input;
        PeerAddress peer = new((IPEndPoint)connection.RemoteEndPoint!);
        bool isOver = false;
        while (!isOver)
        {
            ReadResult read = await input.ReadAsync();
            int answers = TakeAll(read.Buffer, out SequencePosition taken, connection.Transport.Output);
            input.AdvanceTo(taken, read.Buffer.End);
            isOver = read.IsCompleted || (await connection.Transport.Output.FlushAsync()).IsCompleted || (EndsConnections && answers > 0);
        }

        int TakeAll(ReadOnlySequence<byte> buffer, out SequencePosition taken, PipeWriter output)
        {
            SequenceReader<byte> reader = new(buffer);
            int count = 0;
            while (frames.Decode(ref reader, out ReadOnlySequence<byte> frame) == DecodeStatus.Frame)
            {
                foreach (byte[] answer in Ask(frame.ToArray(), peer, DnsTransport.Tcp))
                {
                    count++;
                    BinaryPrimitives.WriteUInt16BigEndian(output.GetSpan(2), (ushort)answer.Length);
                    output.Advance(2);
                    output.Write(answer);
                }
            }

            taken = reader.Position;
            return count;
        }
    }
}
