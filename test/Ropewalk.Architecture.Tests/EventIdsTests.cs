using Ropewalk.Architecture.Tests.Rules;

namespace Ropewalk.Architecture.Tests;

public sealed class EventIdsTests
{
    [Fact]
    public void Event_ids_are_unique_and_in_their_rooms_block() =>
        Check.Holds("Each log event id is used once, inside its room's block.", EventIds.Find(Repository.SourcesIn("src")));

    [Theory]
    [InlineData("""class A { [LoggerMessage(1501, LogLevel.Debug, "a")] void A(); [LoggerMessage(EventId = 1501, Message = "b")] void B(); }""", "1501 is already used at src/Ropewalk/Policies/A.cs:1")]
    [InlineData("""class A { [LoggerMessage(1600, LogLevel.Debug, "a")] void A(); }""", "1500 to 1599")]
    [InlineData("""class A { [LoggerMessage(LogLevel.Debug, "a")] void A(); }""", "without an event id")]
    public void A_wrong_event_id_is_caught(string code, string words) =>
        Check.Catches(words, EventIds.Find([Check.Code("src/Ropewalk/Policies/A.cs", code)]));

    [Fact]
    public void A_room_without_a_block_is_caught() =>
        Check.Catches("no block", EventIds.Find([Check.Code("src/Ropewalk.Gopher/A.cs", """class A { [LoggerMessage(1501, LogLevel.Debug, "a")] void A(); }""")]));
}
