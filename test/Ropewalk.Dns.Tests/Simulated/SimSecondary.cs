using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Dns.Tests.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Endpoints;
using Ropewalk.Testing;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Simulated;

/// <summary>Is the least of secondaries: told of a version it asks for the whole zone, and asks again until it has it.</summary>
internal sealed class SimSecondary(SimHost host)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);

    private bool _isFetching;
    private bool _isToldAgain;

    /// <summary>Gets the records of the last zone that came whole, without the SOA at its end.</summary>
    public List<string> Records { get; private set; } = [];

    public uint Serial => Records.Count == 0 ? 0 : uint.Parse(Records[0].Split(' ')[6], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Gets how many notices came.</summary>
    public int Notices { get; private set; }

    /// <summary>Gets how many transfers were begun.</summary>
    public int Attempts { get; private set; }

    /// <summary>Gets how many records have come of the present transfer.</summary>
    public int UnderWay { get; private set; }

    /// <summary>Gets how many records had come when a transfer was given up in its midst.</summary>
    public List<int> GivenUp { get; } = [];

    public static async Task<SimSecondary> StartAsync(SimHost host)
    {
        var secondary = new SimSecondary(host);
        await host.Context.BindDatagramsAsync(EndpointSpec.Parse("udp:53"), secondary.Receive);
        return secondary;
    }

    private void Receive(ref DatagramBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            byte[] notice = batch[i].Payload.ToArray();
            if (Messages.HeaderOf(notice) is { Opcode: DnsOpcode.Notify, IsResponse: false })
            {
                Notices++;
                byte[] answer = Messages.Query(Messages.IdOf(notice), "example.test", DnsType.SOA);
                answer[2] |= 0x80 | ((byte)DnsOpcode.Notify << 3);
                batch.Reply(i, answer);
                _isToldAgain = true;
                _ = FetchAsync();
            }
        }
    }

    private async Task FetchAsync()
    {
        if (_isFetching)
        {
            return;
        }

        _isFetching = true;
        while (_isToldAgain)
        {
            _isToldAgain = false;
            while (!await TryTransferAsync())
            {
                GivenUp.Add(UnderWay);
                await Task.Delay(TimeSpan.FromSeconds(5), host.Time);
            }
        }

        _isFetching = false;
    }

    // Whole is what begins and ends with the same SOA: RFC 5936 §2.2.
    private async Task<bool> TryTransferAsync()
    {
        Attempts++;
        UnderWay = 0;
        List<string> records = [];
        using var patience = new CancellationTokenSource(Silence, host.Time);
        try
        {
            await using ConnectionContext connection = await host.ConnectAsync("tcp:primary:53", patience.Token);
            await connection.Transport.Output.WriteAsync(Messages.Frame(Messages.Query(1, "example.test", DnsType.AXFR)), patience.Token);
            while (records.Count < 2 || records[0] != records[^1])
            {
                patience.CancelAfter(Silence);
                var read = await connection.Transport.Input.ReadAsync(patience.Token);
                byte[] bytes = read.Buffer.ToArray();
                int taken = 0;
                while (bytes.Length >= taken + 2 && bytes.Length >= taken + 2 + ((bytes[taken] << 8) | bytes[taken + 1]))
                {
                    int length = (bytes[taken] << 8) | bytes[taken + 1];
                    records.AddRange(Messages.RecordsOf(bytes[(taken + 2)..(taken + 2 + length)]));
                    UnderWay = records.Count;
                    taken += 2 + length;
                }

                connection.Transport.Input.AdvanceTo(read.Buffer.GetPosition(taken), read.Buffer.End);
                if (read.IsCompleted && (records.Count < 2 || records[0] != records[^1]))
                {
                    return false;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return false;
        }

        Records = records[..^1];
        return true;
    }
}
