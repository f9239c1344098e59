import secrets

from server_caller import Caller, bundles, m1_for
from whisp_desktop.protocol.kdf import sha256
from whisp_desktop.protocol.server_messages import *


async def test_smoke(caller: Caller) -> None:
    alice, a = await caller.joined("alice")
    bob, b = await caller.joined("bob")
    [s1, s2, c1] = bundles(bob, 3)
    print(await b.ask(Publish, by_name=ByName.EXACT_NAME, stranger_bundles=[s1, s2], contact_bundles=[c1]))
    found = await a.ask(LookUpName, name="bob", work=await caller.frame_work(sha256(b"bob")))
    assert isinstance(found, Found)
    assert found.devices[0].cert == bob.cert.whole
    bundle = found.devices[0].bundle
    m1 = m1_for(bundle)
    assert isinstance(await b.next(), Spent)
    print(await a.ask(Knock, bundle_id=bundle[23:31], m1=m1, proof=await caller.frame_work(sha256(m1))))
    knocked = await b.next()
    assert knocked.m1 == m1
    assert knocked.username == "alice"
    m2 = secrets.token_bytes(4096)
    print(await b.ask(Answer, knock=knocked.knock, m2=m2))
    ans = await a.next()
    assert ans.m2 == m2
    assert isinstance(await a.ask(Renew), NewToken)
