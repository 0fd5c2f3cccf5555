# Makes the numbers of cma_evaluations.csv; needs numpy and cma (PyPI).
import cma
import numpy as np
def sphere(x): return float(np.sum(np.square(x)))
def elli(x):
    n=len(x); return float(np.sum(10.0**(6*np.arange(n)/(n-1))*np.square(x)))
def rosen(x):
    x=np.asarray(x); return float(np.sum(100*(x[1:]-x[:-1]**2)**2+(1-x[:-1])**2))
def rastrigin(x):
    x=np.asarray(x); return float(10*len(x)+np.sum(x*x-10*np.cos(2*np.pi*x)))
print(cma.__version__)
for name,f,n,x0,s,lam,target in [("sphere",sphere,8,1.,.5,None,1e-9),("ellipsoid",elli,8,1.,.5,None,1e-9),("rosenbrock",rosen,8,0.,.3,None,1e-9),("rastrigin",rastrigin,5,3.,2.,60,1e-9)]:
    ev=[];ok=0
    for seed in range(1,102):
        o={'verbose':-9,'seed':seed,'ftarget':target,'maxfevals':60000,'tolfun':0,'tolfunhist':0,'tolx':0}
        if lam: o['popsize']=lam
        es=cma.CMAEvolutionStrategy([x0]*n,s,o); es.optimize(f)
        r=es.result
        if r.fbest<=target: ok+=1; ev.append(r.evaluations)
    print(name,n,lam or 4+int(3*np.log(n)),"ok",ok,"median",np.median(ev),"q",np.percentile(ev,[25,75]),"sd",np.std(ev),flush=True)
